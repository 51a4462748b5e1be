-- Today's figures, a day being one of the county's zone. In time: dispatched within one working day of the report, resolved by the
-- due time.
WITH zone AS (
    SELECT value AS name FROM setting WHERE name = 'timezone'
), span AS (
    SELECT date_trunc('day', now() AT TIME ZONE zone.name) AT TIME ZONE zone.name AS today
    FROM zone
), here AS (
    -- The last working interval that has begun: a day is working or not as a whole, so it is the same for all of today.
    SELECT w.starts_at, w.ends_at, w.seconds_before, day.value::double precision AS day_s
    FROM working_interval w, setting day
    WHERE day.name = 'working_day_s' AND w.starts_at <= now()
    ORDER BY w.starts_at DESC
    LIMIT 1
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
), late AS (
    -- Dispatched today, more than the length of a working day after the report: only these need the calendar, as working time is
    -- never longer than time.
    SELECT
        here.seconds_before + extract(epoch FROM least(e.at, here.ends_at) - here.starts_at)::double precision AS done_s,
        began.seconds_before + extract(epoch FROM least(i.reported_at, began.ends_at) - began.starts_at)::double precision
            + here.day_s AS goal_s,
        e.at > here.starts_at AND e.at <= here.ends_at AS is_working
    FROM incident_event e
        JOIN incident i ON i.id = e.incident_id
        CROSS JOIN span
        CROSS JOIN here
        CROSS JOIN LATERAL (
            SELECT w.starts_at, w.ends_at, w.seconds_before
            FROM working_interval w
            WHERE w.starts_at <= i.reported_at
            ORDER BY w.starts_at DESC
            LIMIT 1
        ) began
    WHERE e.at >= span.today AND e.kind = 'status' AND e.to_status = 'dispatched'
        AND e.at > i.reported_at + make_interval(secs => here.day_s)
), dispatched AS (
    SELECT
        count(*) AS today,
        count(*) - (
            -- The same as e.at > due_after(i.reported_at, 1, 'working_day'), which is planned anew for each row (7,200 rows:
            -- 780 ms). The due time belongs to the end of a run, so in a pause of work what is due at its beginning is late.
            SELECT count(*) FROM late WHERE done_s > goal_s OR done_s = goal_s AND NOT is_working
        ) AS in_time
    FROM incident_event e, span
    WHERE e.at >= span.today AND e.kind = 'status' AND e.to_status = 'dispatched'
)
SELECT
    reported.today, reported.accepted, dispatched.today, dispatched.in_time, resolved.today, resolved.in_time, resolved.same_day
FROM reported, resolved, dispatched
