UPDATE admission
SET status = %(status)s, version = version + 1,
    first_reviewed_at = CASE WHEN %(is_first)s THEN coalesce(%(at)s::timestamptz, now()) ELSE first_reviewed_at END,
    first_reviewed_by = CASE WHEN %(is_first)s THEN %(staff_id)s ELSE first_reviewed_by END,
    second_reviewed_at = CASE WHEN %(is_first)s THEN second_reviewed_at ELSE coalesce(%(at)s::timestamptz, now()) END,
    second_reviewed_by = CASE WHEN %(is_first)s THEN second_reviewed_by ELSE %(staff_id)s END
WHERE id = %(admission_id)s
