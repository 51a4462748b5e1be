-- Working time around now: what a browser needs to count working seconds of open incidents.
SELECT floor(extract(epoch FROM starts_at))::bigint, floor(extract(epoch FROM ends_at))::bigint
FROM working_interval
WHERE ends_at > now() - interval '1 year' AND starts_at < now() + interval '1 year'
ORDER BY starts_at
