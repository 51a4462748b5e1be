-- Open, of them overdue, of these twice overdue.
SELECT count(*), count(*) FILTER (WHERE due_at <= %(at)s), count(*) FILTER (WHERE twice_due_at <= %(at)s)
FROM incident WHERE resolved_at IS NULL
