SELECT s.number, s.name, s.limit_value::double precision, s.limit_unit, s.near_due_at, s.due_at, s.is_provisional
FROM incident i LEFT JOIN incident_stage s ON s.incident_id = i.id
WHERE i.id = %(incident_id)s
ORDER BY s.number
