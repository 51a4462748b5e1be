INSERT INTO call_back (incident_id, at, by_staff, is_reached, is_satisfied, note)
VALUES (%(incident_id)s, %(at)s, %(staff_id)s, %(is_reached)s, %(is_satisfied)s, %(note)s)
RETURNING id
