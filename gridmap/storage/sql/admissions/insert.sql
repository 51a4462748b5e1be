INSERT INTO admission (item_code, unit_id, incident_id, requested_at, requested_by_unit_id, requested_by, reason)
VALUES (%(item_code)s, %(unit_id)s, %(incident_id)s, coalesce(%(at)s::timestamptz, now()), %(requested_by_unit_id)s,
        %(requested_by)s, %(reason)s)
RETURNING id
