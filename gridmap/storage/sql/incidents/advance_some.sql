WITH step (from_status, to_status) AS (
    VALUES ('reported', 'accepted'), ('accepted', 'dispatched'), ('dispatched', 'acknowledged'),
           ('acknowledged', 'handling'), ('returned', 'dispatched'), ('reopened', 'handling')
), picked AS (
    SELECT i.id, s.to_status FROM incident i JOIN step s ON s.from_status = i.status
    WHERE i.resolved_at IS NULL
    -- The older first, but not like clockwork: nothing waits for its dispatch for long.
    ORDER BY i.reported_at + random() * interval '1 hour' LIMIT %(count)s FOR UPDATE OF i SKIP LOCKED
)
UPDATE incident i SET status = p.to_status FROM picked p WHERE i.id = p.id
