-- The end of the published calendar in epoch seconds; 0 when no year is published.
SELECT coalesce(extract(epoch FROM calendar_known_until())::bigint, 0)
