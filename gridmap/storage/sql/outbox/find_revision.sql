-- The newest revision; 0 when nothing was ever changed.
SELECT coalesce(max(revision), 0) FROM outbox
