-- The generation of today; 0 when none is published.
SELECT coalesce(generation_at(now()), 0)
