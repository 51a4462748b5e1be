SELECT id FROM incident
WHERE status = ANY (%(statuses)s) AND (status = 'reported' OR lead_unit_id IS NOT NULL OR item_id IS NOT NULL)
  -- What waits in a queue waits for a person: a day or two, each its own time.
  AND (queue IS NULL OR status = 'reported' OR reported_at < now() - interval '1 hour' * (18 + id %% 36))
-- The older first, but not like clockwork: nothing waits for its dispatch for long.
ORDER BY reported_at + random() * interval '1 hour' LIMIT %(count)s FOR UPDATE SKIP LOCKED
