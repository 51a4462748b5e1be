-- Today's figures, a day being one of the county's zone. In time: dispatched within one working day of the report, resolved by the
-- due time.
WITH zone AS (
    SELECT value AS name FROM setting WHERE name = 'timezone'
), span AS (
    SELECT date_trunc('day', now() AT TIME ZONE zone.name) AT TIME ZONE zone.name AS today
    FROM zone
), clock AS (
    -- No limit of one working day is over sooner than `shortest`, so that only what took longer needs the calendar. Where limits end
    -- with a day, a late report has minutes. Two hours less, as a working day may have a change of the clocks in it.
    SELECT zone.name AS zone, day.value::double precision AS day_s, strpos(rules.value, 'ends-at=close') > 0 AS is_close,
           strpos(rules.value, 'used-up-at=next-opening') > 0 AS to_opening,
           make_interval(secs => CASE WHEN strpos(rules.value, 'ends-at=close') > 0 THEN 0
               ELSE greatest(day.value::double precision - 7200, 0) END) AS shortest
    FROM zone, setting day, setting rules
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
        count(*) FILTER (WHERE CASE
            WHEN e.at <= i.reported_at + clock.shortest THEN true
            WHEN clock.is_close THEN e.at <= due_after(i.reported_at, 1, 'working_day')
            -- The same, but due_after for each of 5,000 rows takes eight times as long. A due time belongs to the end of a run, so in
            -- a pause of work what is due at its beginning is late, unless it is due at the next opening.
            ELSE done.passed_s < began.passed_s + clock.day_s
                OR done.passed_s = began.passed_s + clock.day_s AND (clock.to_opening OR done.is_working)
            END) AS in_time
    FROM incident_event e
        JOIN incident i ON i.id = e.incident_id
        CROSS JOIN span
        CROSS JOIN clock
        LEFT JOIN LATERAL (
            SELECT w.seconds_before
                + extract(epoch FROM least(i.reported_at AT TIME ZONE clock.zone, w.ends_at) - w.starts_at)::double precision AS passed_s
            FROM wall_interval w
            WHERE e.at > i.reported_at + clock.shortest AND NOT clock.is_close
                AND w.starts_at <= i.reported_at AT TIME ZONE clock.zone
            ORDER BY w.starts_at DESC
            LIMIT 1
        ) began ON true
        LEFT JOIN LATERAL (
            SELECT w.seconds_before
                + extract(epoch FROM least(e.at AT TIME ZONE clock.zone, w.ends_at) - w.starts_at)::double precision AS passed_s,
                e.at AT TIME ZONE clock.zone > w.starts_at AND e.at AT TIME ZONE clock.zone <= w.ends_at AS is_working
            FROM wall_interval w
            WHERE e.at > i.reported_at + clock.shortest AND NOT clock.is_close
                AND w.starts_at <= e.at AT TIME ZONE clock.zone
            ORDER BY w.starts_at DESC
            LIMIT 1
        ) done ON true
    WHERE e.at >= span.today AND e.kind = 'status' AND e.to_status = 'dispatched'
)
SELECT
    reported.today, reported.accepted, dispatched.today, dispatched.in_time, resolved.today, resolved.in_time, resolved.same_day
FROM reported, resolved, dispatched
