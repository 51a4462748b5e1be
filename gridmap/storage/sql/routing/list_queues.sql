SELECT q.queue, count(i.id), min(i.reported_at), count(i.id) FILTER (WHERE i.due_at < now()),
       (SELECT o.id FROM incident o WHERE o.queue = q.queue AND o.resolved_at IS NULL ORDER BY o.reported_at, o.id LIMIT 1)
FROM queue q LEFT JOIN incident i ON i.queue = q.queue AND i.resolved_at IS NULL
GROUP BY q.queue ORDER BY q.queue
