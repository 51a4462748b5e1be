UPDATE unit_call SET
    status = %(status)s,
    judged_at = CASE WHEN status = 'called' AND %(status)s IN ('judged', 'refused') THEN %(at)s ELSE judged_at END,
    judged_by = CASE WHEN status = 'called' AND %(status)s IN ('judged', 'refused') THEN %(staff_id)s ELSE judged_by END,
    closed_at = CASE WHEN %(status)s IN ('refused', 'closed', 'withdrawn') THEN coalesce(closed_at, %(at)s) END,
    reason = CASE WHEN %(reason)s <> '' THEN %(reason)s ELSE reason END,
    result = CASE WHEN %(result)s <> '' THEN %(result)s ELSE result END,
    version = version + 1
WHERE id = %(id)s AND version = %(version)s
RETURNING version
