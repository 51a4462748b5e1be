SELECT (coalesce(%(at)s::timestamptz, now()) AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date
