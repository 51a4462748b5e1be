-- Those that are twice overdue, or those that are overdue and not yet twice.
SELECT id FROM incident
WHERE resolved_at IS NULL AND due_at <= %(at)s AND (twice_due_at <= %(at)s) = %(is_twice)s AND status <> ALL (%(left_alone)s)
  AND (lead_unit_id IS NOT NULL OR item_id IS NOT NULL)
  AND (queue IS NULL OR reported_at < %(at)s::timestamptz - interval '1 hour' * (18 + id %% 36))
-- Who is next to have used its time twice or three times goes first: a unit hurries before the next card.
ORDER BY twice_due_at + random() * interval '4 hours' LIMIT %(count)s FOR UPDATE SKIP LOCKED
