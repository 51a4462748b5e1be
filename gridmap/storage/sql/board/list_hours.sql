-- Reported and resolved in each of the last 24 hours, the running one last.
WITH hour AS (
    SELECT generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()), interval '1 hour') AS starts_at
), reported AS (
    SELECT date_trunc('hour', reported_at) AS starts_at, count(*) AS number
    FROM incident
    WHERE reported_at >= date_trunc('hour', now()) - interval '23 hours' AND reported_at <= now()
    GROUP BY 1
), resolved AS (
    SELECT date_trunc('hour', resolved_at) AS starts_at, count(*) AS number
    FROM incident
    WHERE resolved_at >= date_trunc('hour', now()) - interval '23 hours' AND status NOT IN ('merged', 'rejected')
    GROUP BY 1
)
SELECT extract(epoch FROM starts_at)::bigint, coalesce(reported.number, 0), coalesce(resolved.number, 0)
FROM hour
    LEFT JOIN reported USING (starts_at)
    LEFT JOIN resolved USING (starts_at)
ORDER BY starts_at
