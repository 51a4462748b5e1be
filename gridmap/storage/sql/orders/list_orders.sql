SELECT o.id, o.incident_id, o.unit_id, u.code AS unit_code, u.name AS unit_name, o.role, o.status, o.duties, o.ordered_at,
       coalesce(o.due_at, i.due_at) AS due_at, o.acknowledged_at, o.finished_at, o.result, o.reason, o.version,
       i.lead_unit_id
FROM work_order o JOIN unit u ON u.id = o.unit_id JOIN incident i ON i.id = o.incident_id
WHERE (%(id)s::bigint IS NULL OR o.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR o.incident_id = %(incident_id)s)
  AND (%(unit)s::text IS NULL OR u.code = %(unit)s)
  AND (NOT %(is_running)s::boolean OR o.finished_at IS NULL)
  AND o.id > %(after)s::bigint
ORDER BY o.id
LIMIT %(limit)s
