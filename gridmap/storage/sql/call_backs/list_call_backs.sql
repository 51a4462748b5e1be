SELECT c.id, c.incident_id, c.at, s.code AS caller, c.is_reached, c.is_satisfied, c.note
FROM call_back c LEFT JOIN staff s ON s.id = c.by_staff
WHERE c.incident_id = %(incident_id)s
ORDER BY c.at, c.id
