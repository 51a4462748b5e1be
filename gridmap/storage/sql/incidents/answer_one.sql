-- What waits longest is answered; what is overdue by then can only be refused. The incident is locked first, as the services do.
WITH oldest AS (
    SELECT q.id, CASE WHEN %(is_refused)s::boolean OR (i.due_at > %(at)s) IS NOT TRUE THEN 'refused' ELSE 'approved' END AS status
    FROM clock_request q JOIN incident i ON i.id = q.incident_id
    WHERE q.status = 'open' AND q.kind = %(kind)s
    ORDER BY q.requested_at
    LIMIT 1
    FOR NO KEY UPDATE OF i SKIP LOCKED
)
UPDATE clock_request q
SET status = o.status, ended_at = greatest(%(at)s, q.requested_at), version = q.version + 1,
    decision = CASE o.status WHEN 'refused' THEN %(note)s ELSE '' END,
    granted_extension = CASE o.status WHEN 'approved' THEN q.extension END
FROM oldest o
WHERE q.id = o.id AND q.status = 'open'
RETURNING q.id, q.incident_id, q.status = 'approved', q.reason
