-- Events are numbered as they happen, so today's are behind this one: a look-up by the primary key instead of by an index of its
-- own. A transaction may hold a number for a while; the day before is taken to be safe.
SELECT coalesce(max(id), 0)
FROM incident_event
WHERE at < date_trunc('day', now() AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))
    AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone') - interval '1 day'
