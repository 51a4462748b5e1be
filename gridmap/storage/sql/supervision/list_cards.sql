SELECT s.id, s.incident_id, s.unit_id, u.code AS unit_code, u.name AS unit_name, s.kind, s.cause, s.at, g.code AS given_by,
       s.reason, s.answered_at, s.answer, a.code AS answered_by, s.lifted_at, s.lift_reason, l.code AS lifted_by, s.version
FROM supervision s LEFT JOIN unit u ON u.id = s.unit_id LEFT JOIN staff g ON g.id = s.by_staff
    LEFT JOIN staff a ON a.id = s.answered_by LEFT JOIN staff l ON l.id = s.lifted_by
WHERE (%(id)s::bigint IS NULL OR s.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR s.incident_id = %(incident_id)s)
  AND (%(unit)s::text IS NULL OR coalesce(u.code, '') = %(unit)s)
  AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
  AND (NOT %(is_standing)s::boolean OR s.lifted_at IS NULL)
  AND s.id > %(after)s::bigint
ORDER BY s.id
LIMIT %(limit)s
