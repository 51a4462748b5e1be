-- Today's figures, a day being one of the county's zone. In time: dispatched within one working day of the report, resolved by the
-- due time.
WITH zone AS (
    SELECT value AS name FROM setting WHERE name = 'timezone'
), span AS (
    SELECT
        date_trunc('day', now() AT TIME ZONE zone.name) AT TIME ZONE zone.name AS today,
        date_trunc('hour', now()) - interval '23 hours' AS first_hour
    FROM zone
), reported AS (
    SELECT
        count(*) FILTER (WHERE i.reported_at >= span.today) AS today,
        count(*) FILTER (WHERE i.reported_at >= span.today AND i.status <> 'reported') AS accepted
    FROM incident i, span
    WHERE i.reported_at >= span.today AND i.reported_at <= now()
), resolved AS (
    SELECT
        count(*) AS today,
        count(*) FILTER (WHERE i.resolved_at < i.due_at) AS in_time,
        count(*) FILTER (WHERE i.reported_at >= span.today) AS same_day
    FROM incident i, span
    WHERE i.resolved_at >= span.today AND i.status NOT IN ('merged', 'rejected')
), dispatched AS (
    SELECT
        count(*) AS today,
        count(*) FILTER (WHERE e.at <= due_after(i.reported_at, 1, 'working_day')) AS in_time
    FROM incident_event e
        JOIN incident i ON i.id = e.incident_id
        CROSS JOIN span
    WHERE e.id > %(first_event)s AND e.at >= span.today AND e.kind = 'status' AND e.to_status = 'dispatched'
)
SELECT
    reported.today, reported.accepted, dispatched.today, dispatched.in_time, resolved.today, resolved.in_time, resolved.same_day
FROM reported, resolved, dispatched
