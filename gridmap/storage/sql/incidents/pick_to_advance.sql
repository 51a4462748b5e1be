SELECT id FROM incident
WHERE status = ANY (%(statuses)s) AND (status = 'reported' OR lead_unit_id IS NOT NULL OR item_id IS NOT NULL)
-- The older first, but not like clockwork: nothing waits for its dispatch for long.
ORDER BY reported_at + random() * interval '1 hour' LIMIT %(count)s FOR UPDATE SKIP LOCKED
