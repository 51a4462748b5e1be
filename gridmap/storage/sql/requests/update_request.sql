UPDATE clock_request SET status = %(status)s, ended_at = greatest(%(at)s, requested_at), ended_by = %(staff_id)s,
    decision = %(decision)s, granted_extension = %(granted)s, version = version + 1
WHERE id = %(id)s AND version = %(version)s AND status = 'open'
RETURNING version
