SELECT e.at, e.kind, e.action, e.from_status, e.to_status, u.code, u.name, e.actor, e.note
FROM incident_event e LEFT JOIN unit u ON u.id = e.unit_id
WHERE e.incident_id = %(incident_id)s
  AND (e.kind IN ('reported', 'moved', 'routed', 'rejoined') OR e.action IN ('dispatch', 'return', 'dispute', 'decide')
       OR e.to_status IN ('dispatched', 'returned', 'disputed'))
ORDER BY e.id
