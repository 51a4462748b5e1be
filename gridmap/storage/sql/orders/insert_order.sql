INSERT INTO work_order (incident_id, unit_id, role, duties, ordered_at, due_at)
VALUES (%(incident_id)s, %(unit_id)s, %(role)s, %(duties)s, %(at)s, %(due_at)s)
ON CONFLICT DO NOTHING
RETURNING id
