SELECT e.at, e.actor, e.action, i.status, u.name
FROM incident_event e JOIN incident i ON i.id = e.incident_id LEFT JOIN unit u ON u.id = i.holder_unit_id
WHERE e.incident_id = %(incident_id)s
ORDER BY e.id DESC LIMIT 1
