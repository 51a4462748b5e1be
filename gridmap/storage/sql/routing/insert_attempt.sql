INSERT INTO admission_attempt (at, incident_id, item_code, from_unit_id, to_unit_id, actor)
SELECT coalesce(%(at)s::timestamptz, now()), (SELECT id FROM incident WHERE id = %(incident_id)s), %(item_code)s,
       %(from_unit_id)s, %(to_unit_id)s, %(actor)s
RETURNING id
