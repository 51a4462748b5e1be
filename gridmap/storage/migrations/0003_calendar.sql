-- The working calendar: days as published, and the working intervals made from them.

CREATE TABLE calendar_year (
    year integer PRIMARY KEY,
    source text NOT NULL,
    is_published boolean NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN calendar_year.is_published IS 'False: weekdays only, a guess until the State Council notice is imported.';

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

CREATE FUNCTION working_seconds_at(instant timestamptz) RETURNS double precision LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT seconds_before + extract(epoch FROM least(instant, ends_at) - starts_at)::double precision
    FROM working_interval WHERE starts_at <= instant ORDER BY starts_at DESC LIMIT 1
$$;
COMMENT ON FUNCTION working_seconds_at IS 'Working seconds from the start of the calendar to the instant.';

CREATE FUNCTION add_working_time(start timestamptz, working_s double precision) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    WITH target AS (SELECT working_seconds_at(start) + working_s AS s)
    SELECT starts_at + make_interval(secs => (SELECT s FROM target) - seconds_before)
    FROM working_interval WHERE seconds_before < (SELECT s FROM target) ORDER BY seconds_before DESC LIMIT 1
$$;
COMMENT ON FUNCTION add_working_time IS 'The instant that lies working_s (> 0) working seconds after start. Ends of a run belong to the run: '
    'one whole day from Thursday 24:00 is Friday 24:00, not Monday 00:00.';

CREATE FUNCTION due_after(start timestamptz, limit_value numeric, limit_unit text, share double precision DEFAULT 1)
    RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT CASE limit_unit
        WHEN 'calendar_day' THEN start + make_interval(secs => limit_value * 86400 * share)
        WHEN 'working_hour' THEN add_working_time(start, limit_value * 3600 * share)
        WHEN 'working_day' THEN add_working_time(start,
            limit_value * (SELECT value::double precision FROM setting WHERE name = 'working_day_s') * share)
    END
$$;

CREATE FUNCTION calendar_known_until() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT make_date(max(year) + 1, 1, 1)::timestamp AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone')
    FROM calendar_year WHERE is_published
$$;
COMMENT ON FUNCTION calendar_known_until IS 'A due time after this instant is provisional.';
