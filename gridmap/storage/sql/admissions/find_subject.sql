-- What a request is about: the unit that it names, and whether by the list of the day it may lead in the item already.
SELECT u.id, u.level, u.name,
       EXISTS (SELECT FROM responsibility_item r
               WHERE r.list_id = find_list_id(w.day) AND r.code = %(item_code)s AND may_lead_by_list(r.id, u.unit_type)),
       (SELECT a.id FROM admission a WHERE a.unit_id = u.id AND a.item_code = %(item_code)s
          AND (a.status IN ('requested', 'reviewed_once', 'reviewed_twice') OR (a.status = 'approved' AND w.day < a.valid_to))
        ORDER BY a.id LIMIT 1),
       %(incident_id)s::bigint IS NULL OR EXISTS (SELECT FROM incident WHERE id = %(incident_id)s::bigint)
FROM unit u
CROSS JOIN (SELECT (coalesce(%(at)s::timestamptz, now())
                    AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date AS day) w
WHERE u.code = %(unit_code)s
