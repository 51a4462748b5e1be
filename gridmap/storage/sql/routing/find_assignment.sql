SELECT i.item_code, u.code, u.name, u.level, u.unit_type, l.name,
       may_lead_by_list(r.id, u.unit_type),
       EXISTS (SELECT FROM responsibility_party p WHERE p.item_id = r.id AND p.unit_type = u.unit_type)
       OR EXISTS (SELECT FROM responsibility_duty d WHERE d.item_id = r.id AND d.unit_type = u.unit_type),
       ARRAY(SELECT p.unit_type FROM responsibility_party p WHERE p.item_id = r.id AND p.role = 'lead' ORDER BY p.position),
       -- The last decision of a panel about this very incident.
       coalesce((SELECT d.decided_unit_id = u.id FROM dispute d WHERE d.incident_id = i.id AND d.decided_at IS NOT NULL
                 ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), false),
       i.item_code IS NOT NULL AND is_admitted(u.id, i.item_code, w.day), w.day,
       coalesce(NOT r.needs_power, true) OR unit_has_power(u.id, i.item_code, w.day)
FROM incident i
CROSS JOIN (SELECT (coalesce(%(at)s::timestamptz, now())
                    AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date AS day) w
LEFT JOIN unit u ON u.id = %(unit_id)s
-- The list by which it was routed; one that was on none then may be on one now.
LEFT JOIN responsibility_item r ON r.id = coalesce(i.item_id, (
    SELECT o.id FROM responsibility_item o WHERE o.code = i.item_code AND o.list_id = find_list_id(w.day)))
LEFT JOIN responsibility_list l ON l.id = r.list_id
WHERE i.id = %(incident_id)s
