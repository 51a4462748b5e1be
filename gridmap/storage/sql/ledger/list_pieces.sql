SELECT u.code, u.name, l.kind, l.from_at, CASE WHEN NOT l.goes_on THEN l.to_at END, l.working_s, l.overdue_s
FROM incident_ledger l
LEFT JOIN unit u ON u.id = CASE WHEN l.kind <> 'closed' THEN coalesce(l.unit_id, centre_unit_id()) END
WHERE l.incident_id = %(incident_id)s
ORDER BY l.from_at, l.to_at
