-- Today's figures, a day being one of the county's zone. In time: dispatched within one working day of the report, resolved by the
-- due time.
WITH zone AS (
    SELECT value AS name FROM setting WHERE name = 'timezone'
), span AS (
    SELECT date_trunc('day', now() AT TIME ZONE zone.name) AT TIME ZONE zone.name AS today
    FROM zone
), soon AS (
    -- No limit of one working day is over sooner, so that only what took longer needs the calendar. Where limits end with a day, a
    -- late report has minutes. Two hours less, as a working day may have a change of the clocks in it.
    SELECT make_interval(secs => CASE WHEN strpos(rules.value, 'ends-at=close') > 0 THEN 0
        ELSE greatest(day.value::double precision - 7200, 0) END) AS shortest
    FROM setting day, setting rules
    WHERE day.name = 'working_day_s' AND rules.name = 'due_rules'
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
        count(*) FILTER (WHERE CASE WHEN e.at <= i.reported_at + soon.shortest THEN true
            ELSE e.at <= due_after(i.reported_at, 1, 'working_day') END) AS in_time
    FROM incident_event e
        JOIN incident i ON i.id = e.incident_id
        CROSS JOIN span
        CROSS JOIN soon
    WHERE e.at >= span.today AND e.kind = 'status' AND e.to_status = 'dispatched'
)
SELECT
    reported.today, reported.accepted, dispatched.today, dispatched.in_time, resolved.today, resolved.in_time, resolved.same_day
FROM reported, resolved, dispatched
