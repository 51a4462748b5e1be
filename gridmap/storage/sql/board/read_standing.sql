-- Cards that were given today, in the county's zone, and not lifted; and what waits in the queues.
SELECT count(*) FILTER (WHERE s.kind = 'yellow'), count(*) FILTER (WHERE s.kind = 'red'), count(*) FILTER (WHERE s.kind = 'black'),
       (SELECT count(*) FROM incident i WHERE i.queue IS NOT NULL AND i.resolved_at IS NULL)
FROM supervision s
WHERE s.lifted_at IS NULL
  AND s.at >= date_trunc('day', now() AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))
      AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone')
