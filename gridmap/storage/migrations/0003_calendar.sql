-- The working calendar: the published exceptions, the days made from them, and the working intervals made from those.

CREATE TABLE calendar_year (
    year integer PRIMARY KEY,
    source text NOT NULL,
    is_published boolean NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN calendar_year.is_published IS 'False: weekdays only, a guess until the State Council notice is imported.';

CREATE TABLE calendar_exception (
    day date NOT NULL,
    notice_year integer NOT NULL REFERENCES calendar_year ON DELETE CASCADE,
    is_working boolean NOT NULL,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (day, notice_year)
);
COMMENT ON TABLE calendar_exception IS 'Days that do not follow the week. The notice of a year may name days of the December '
    'before; where two notices name one day, the later year wins.';

CREATE TABLE calendar_day (
    day date PRIMARY KEY,
    year integer NOT NULL REFERENCES calendar_year ON DELETE CASCADE,
    is_working boolean NOT NULL,
    note text NOT NULL DEFAULT ''
);

-- Working time as half-open intervals with the working seconds before each: adding working time is two index look-ups.
CREATE TABLE working_interval (
    starts_at timestamptz PRIMARY KEY,
    ends_at timestamptz NOT NULL,
    seconds_before double precision NOT NULL UNIQUE,
    CHECK (ends_at > starts_at)
);

CREATE FUNCTION rebuild_working_intervals() RETURNS void LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    zone text := (SELECT value FROM setting WHERE name = 'timezone');
BEGIN
    DELETE FROM working_interval;
    INSERT INTO working_interval
    WITH run AS (
        SELECT day, day - (row_number() OVER (ORDER BY day))::integer AS island
        FROM calendar_day WHERE is_working
    ), span AS (
        SELECT min(day)::timestamp AT TIME ZONE zone AS starts_at, (max(day) + 1)::timestamp AT TIME ZONE zone AS ends_at
        FROM run GROUP BY island
    )
    SELECT starts_at, ends_at,
           coalesce(sum(extract(epoch FROM ends_at - starts_at)) OVER (
               ORDER BY starts_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    FROM span;
END $$;
COMMENT ON FUNCTION rebuild_working_intervals IS 'To be called after calendar_day changed.';

CREATE FUNCTION working_seconds_at(instant timestamptz) RETURNS double precision LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT seconds_before + extract(epoch FROM least(instant, ends_at) - starts_at)::double precision
    FROM working_interval WHERE starts_at <= instant ORDER BY starts_at DESC LIMIT 1
$$;
COMMENT ON FUNCTION working_seconds_at IS 'Working seconds from the start of the calendar to the instant; null before its start.';

CREATE FUNCTION add_working_time(start timestamptz, working_s double precision) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    WITH target AS (SELECT working_seconds_at(start) + working_s AS s), run AS (
        SELECT starts_at + make_interval(secs => (SELECT s FROM target) - seconds_before) AS answer, ends_at
        FROM working_interval WHERE seconds_before < (SELECT s FROM target) ORDER BY seconds_before DESC LIMIT 1
    ) SELECT answer FROM run WHERE answer <= ends_at
$$;
COMMENT ON FUNCTION add_working_time IS 'The instant that lies working_s (> 0) working seconds after start; null outside the '
    'calendar. Ends of a run belong to the run: one whole day from Thursday 24:00 is Friday 24:00, not Monday 00:00.';

CREATE FUNCTION due_after(start timestamptz, limit_value numeric, limit_unit text, share double precision DEFAULT 1)
    RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT CASE limit_unit
        WHEN 'calendar_day' THEN start + make_interval(secs => limit_value::double precision * 86400 * share)
        WHEN 'working_hour' THEN add_working_time(start, limit_value::double precision * 3600 * share)
        WHEN 'working_day' THEN add_working_time(start, limit_value::double precision
            * (SELECT value::double precision FROM setting WHERE name = 'working_day_s') * share)
    END
$$;
COMMENT ON FUNCTION due_after IS 'The instant at which a share of the limit is used; null outside the calendar.';

CREATE FUNCTION due_times(start timestamptz, limit_value numeric, limit_unit text,
                          OUT near_due_at timestamptz, OUT due_at timestamptz, OUT twice_due_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
-- The three thresholds at once, for the insert: static statements whose plans stay cached, where three calls of
-- due_after plan nine statements per row (measured: 0.51 ms against 0.03 ms).
DECLARE
    limit_s double precision := limit_value::double precision * CASE limit_unit
        WHEN 'working_hour' THEN 3600
        WHEN 'calendar_day' THEN 86400
        WHEN 'working_day' THEN (SELECT value::double precision FROM setting WHERE name = 'working_day_s') END;
    here working_interval;
    passed_s double precision;
    goal_s double precision;
BEGIN
    IF limit_unit = 'calendar_day' THEN
        near_due_at := start + make_interval(secs => limit_s * 0.75);
        due_at := start + make_interval(secs => limit_s);
        twice_due_at := start + make_interval(secs => limit_s * 2);
        RETURN;
    END IF;
    SELECT w.* INTO here FROM working_interval w WHERE w.starts_at <= start ORDER BY w.starts_at DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    passed_s := here.seconds_before + extract(epoch FROM least(start, here.ends_at) - here.starts_at)::double precision;
    goal_s := passed_s + limit_s * 0.75;
    SELECT w.* INTO here FROM working_interval w WHERE w.seconds_before < goal_s ORDER BY w.seconds_before DESC LIMIT 1;
    near_due_at := here.starts_at + make_interval(secs => goal_s - here.seconds_before);
    IF near_due_at > here.ends_at THEN
        near_due_at := NULL;
    END IF;
    goal_s := passed_s + limit_s;
    SELECT w.* INTO here FROM working_interval w WHERE w.seconds_before < goal_s ORDER BY w.seconds_before DESC LIMIT 1;
    due_at := here.starts_at + make_interval(secs => goal_s - here.seconds_before);
    IF due_at > here.ends_at THEN
        due_at := NULL;
    END IF;
    goal_s := passed_s + limit_s * 2;
    SELECT w.* INTO here FROM working_interval w WHERE w.seconds_before < goal_s ORDER BY w.seconds_before DESC LIMIT 1;
    twice_due_at := here.starts_at + make_interval(secs => goal_s - here.seconds_before);
    IF twice_due_at > here.ends_at THEN
        twice_due_at := NULL;
    END IF;
END $$;
COMMENT ON FUNCTION due_times IS 'When 75 %, 100 % and 200 % of a limit are used; null where the calendar does not reach.';

CREATE FUNCTION calendar_known_until() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT make_date(max(year) + 1, 1, 1)::timestamp AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone')
    FROM calendar_year WHERE is_published
$$;
COMMENT ON FUNCTION calendar_known_until IS 'A due time after this instant is provisional.';
