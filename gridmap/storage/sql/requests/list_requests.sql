SELECT q.id, q.incident_id, q.kind, q.status, q.unit_id, u.code AS unit_code, u.name AS unit_name, q.reason,
       trim_scale(q.extension) AS extension, coalesce(r.limit_unit, 'working_day') AS limit_unit, q.requested_at,
       a.code AS requested_by, q.answer_by, q.ended_at, e.code AS ended_by, q.decision,
       trim_scale(q.granted_extension) AS granted_extension, q.version, i.title, i.item_code, i.status AS incident_status, i.due_at
FROM clock_request q JOIN unit u ON u.id = q.unit_id JOIN incident i ON i.id = q.incident_id
    LEFT JOIN responsibility_item r ON r.id = i.item_id
    LEFT JOIN staff a ON a.id = q.requested_by LEFT JOIN staff e ON e.id = q.ended_by
WHERE (%(id)s::bigint IS NULL OR q.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR q.incident_id = %(incident_id)s)
  AND (%(unit)s::text IS NULL OR u.code = %(unit)s)
  AND (%(kind)s::text IS NULL OR q.kind = %(kind)s)
  AND (NOT %(is_open)s::boolean OR q.status = 'open')
  AND q.id > %(after)s::bigint
ORDER BY q.id
LIMIT %(limit)s
