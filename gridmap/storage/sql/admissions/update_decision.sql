UPDATE admission
SET status = %(status)s, version = version + 1, decided_at = coalesce(%(at)s::timestamptz, now()),
    decided_by = %(staff_id)s, decision = %(decision)s, valid_to = coalesce(%(valid_to)s::date, 'infinity')
WHERE id = %(admission_id)s
