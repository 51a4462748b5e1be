SELECT d.id, d.incident_id, d.opened_at, o.code AS opened_by, d.cause, d.reason, d.due_at, d.panel, d.decided_at,
       j.code AS decided_by, u.code AS decided_unit_code, u.name AS decided_unit_name, d.decision, d.item_code, d.township,
       d.is_precedent, d.precedent_id, d.dropped_at, d.version
FROM dispute d LEFT JOIN staff o ON o.id = d.opened_by LEFT JOIN staff j ON j.id = d.decided_by
    LEFT JOIN unit u ON u.id = d.decided_unit_id
WHERE (%(id)s::bigint IS NULL OR d.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR d.incident_id = %(incident_id)s)
  AND (NOT %(is_open)s::boolean OR (d.decided_at IS NULL AND d.dropped_at IS NULL))
  AND d.id > %(after)s::bigint
ORDER BY d.id
LIMIT %(limit)s
