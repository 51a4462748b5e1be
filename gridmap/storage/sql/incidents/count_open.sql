SELECT count(*) FROM incident WHERE resolved_at IS NULL
