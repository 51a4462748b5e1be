INSERT INTO supervision (incident_id, unit_id, kind, cause, at, by_staff, reason)
VALUES (%(incident_id)s, %(unit_id)s, %(kind)s, %(cause)s, %(at)s, %(staff_id)s, %(reason)s)
ON CONFLICT DO NOTHING
RETURNING id
