UPDATE work_order w SET status = 'done', acknowledged_at = coalesce(w.acknowledged_at, w.ordered_at + (%(at)s - w.ordered_at) / 4),
    finished_at = greatest(%(at)s::timestamptz, w.ordered_at), result = '已按职责配合完成', version = w.version + 1
WHERE w.incident_id = ANY (%(ids)s) AND w.role = 'assist' AND w.finished_at IS NULL
