SELECT e.at, e.kind, e.from_status, e.to_status, u.code, a.code, e.note, e.role, e.action, e.detail
FROM incident_event e
LEFT JOIN unit u ON u.id = e.unit_id
LEFT JOIN area a ON a.id = e.area_id
WHERE e.incident_id = %(incident_id)s
ORDER BY e.id
