SELECT c.kind, u.code, u.name, c.starts_at, c.near_due_at, c.due_at, c.stopped_at, c.is_running
FROM incident_clock c LEFT JOIN unit u ON u.id = c.unit_id
WHERE c.incident_id = %(incident_id)s
ORDER BY c.starts_at, c.due_at
