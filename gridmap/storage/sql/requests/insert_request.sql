INSERT INTO clock_request (incident_id, kind, unit_id, reason, extension, requested_at, requested_by)
VALUES (%(incident_id)s, %(kind)s, %(unit_id)s, %(reason)s, %(extension)s, %(at)s, %(staff_id)s)
RETURNING id
