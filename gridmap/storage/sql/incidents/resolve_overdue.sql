-- Those that are twice overdue, or those that are overdue and not yet twice.
WITH picked AS (
    SELECT id FROM incident
    WHERE resolved_at IS NULL AND due_at <= %(at)s AND (twice_due_at <= %(at)s) = %(is_twice)s
    ORDER BY random() LIMIT %(count)s FOR UPDATE SKIP LOCKED
)
UPDATE incident i SET status = 'resolved', resolved_at = %(at)s FROM picked p WHERE i.id = p.id
