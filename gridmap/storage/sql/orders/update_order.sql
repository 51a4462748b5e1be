UPDATE work_order SET
    status = %(status)s,
    acknowledged_at = CASE WHEN %(status)s IN ('acknowledged', 'done') THEN coalesce(acknowledged_at, %(at)s) ELSE acknowledged_at END,
    finished_at = CASE WHEN %(status)s <> 'acknowledged' THEN %(at)s::timestamptz END,
    result = %(result)s, reason = %(reason)s, version = version + 1
WHERE id = %(id)s AND version = %(version)s
RETURNING version
