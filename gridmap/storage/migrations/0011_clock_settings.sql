-- Office hours and the convention of counting as settings of the county, and the due times that follow them.

INSERT INTO setting (name, value) VALUES
    ('office_hours', '00:00-24:00'),
    ('due_convention', 'running-clock'),
    ('due_rules', 'ends-at=same-time used-up-at=close report-day=not-counted day-off-report=next-working-day '
        'after-hours-report=next-working-day last-day-off=stays');
COMMENT ON TABLE setting IS 'Facts of this county that rules in the database need: measure_srid; timezone, office_hours, working_day_s '
    '(working seconds of one working day), due_convention with its rules one by one in due_rules. Those of the clock are set by '
    'gridmap calendar clock, which also brings up to date what is made of them.';

-- Limits in days are counted on the wall clock, limits in hours as time passes; the two differ where clocks are changed.
CREATE TABLE wall_interval (
    starts_at timestamp PRIMARY KEY,
    ends_at timestamp NOT NULL,
    seconds_before double precision NOT NULL UNIQUE,
    CHECK (ends_at > starts_at)
);
COMMENT ON TABLE wall_interval IS 'working_interval as the wall clock of the county shows it.';

CREATE TABLE working_day (
    number integer PRIMARY KEY,
    day date NOT NULL UNIQUE
);
COMMENT ON TABLE working_day IS 'The working days, numbered: counting whole working days is one look-up.';

CREATE FUNCTION opening_instant(wall timestamp, zone text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    -- PostgreSQL takes the later of two instants that show the same time; working time begins with the first.
    SELECT CASE WHEN e.early < e.late AND e.early AT TIME ZONE zone = wall THEN e.early ELSE e.late END
    FROM (SELECT wall AT TIME ZONE zone AS late,
                 (wall - (((wall AT TIME ZONE zone) - interval '1 day') AT TIME ZONE zone
                          - ((wall AT TIME ZONE zone) - interval '1 day') AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC' AS early) e
$$;

CREATE OR REPLACE FUNCTION rebuild_working_intervals() RETURNS void LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    zone text := (SELECT value FROM setting WHERE name = 'timezone');
    hours text := (SELECT value FROM setting WHERE name = 'office_hours');
BEGIN
    DELETE FROM working_day;
    DELETE FROM wall_interval;
    DELETE FROM working_interval;
    INSERT INTO working_day SELECT row_number() OVER (ORDER BY day), day FROM calendar_day WHERE is_working;
    INSERT INTO wall_interval
    WITH office AS (
        SELECT split_part(s.span, '-', 1)::interval AS opens, split_part(s.span, '-', 2)::interval AS closes
        FROM string_to_table(hours, ',') AS s (span)
    ), piece AS (
        SELECT d.day + o.opens AS starts_at, d.day + o.closes AS ends_at,
               (d.day + o.opens IS DISTINCT FROM lag(d.day + o.closes) OVER (ORDER BY d.day, o.opens))::integer AS is_new
        FROM working_day d, office o
    ), run AS (
        -- Whole days that follow each other are one run: its end is told apart from a midnight inside it.
        SELECT starts_at, ends_at, sum(is_new) OVER (ORDER BY starts_at) AS number FROM piece
    ), span AS (
        SELECT min(starts_at) AS starts_at, max(ends_at) AS ends_at FROM run GROUP BY number
    )
    SELECT starts_at, ends_at,
           coalesce(sum(extract(epoch FROM ends_at - starts_at)) OVER (
               ORDER BY starts_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    FROM span;
    INSERT INTO working_interval
    WITH span AS (
        SELECT opening_instant(w.starts_at, zone) AS starts_at, w.ends_at AT TIME ZONE zone AS ends_at FROM wall_interval w
    )
    SELECT starts_at, ends_at,
           coalesce(sum(extract(epoch FROM ends_at - starts_at)) OVER (
               ORDER BY starts_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    -- Office hours that the clocks were put forward over are none on that day.
    FROM span WHERE ends_at > starts_at;
    UPDATE setting SET value = (
        SELECT sum(extract(epoch FROM split_part(s.span, '-', 2)::interval - split_part(s.span, '-', 1)::interval))::integer::text
        FROM string_to_table(hours, ',') AS s (span))
    WHERE name = 'working_day_s';
END $$;
COMMENT ON FUNCTION rebuild_working_intervals IS 'To be called after calendar_day, or the setting office_hours or timezone, changed.';

-- The look-ups are plpgsql without a search path of their own: their plans stay cached, and setting one costs more than they do.

CREATE OR REPLACE FUNCTION working_seconds_at(instant timestamptz) RETURNS double precision
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    here gridmap.working_interval;
BEGIN
    SELECT w.* INTO here FROM gridmap.working_interval w WHERE w.starts_at <= instant ORDER BY w.starts_at DESC LIMIT 1;
    RETURN here.seconds_before + extract(epoch FROM least(instant, here.ends_at) - here.starts_at)::double precision;
END $$;
COMMENT ON FUNCTION working_seconds_at IS 'Working seconds from the start of the calendar to the instant; null before its start.';

CREATE FUNCTION working_instant(passed_s double precision, to_opening boolean DEFAULT false) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    here gridmap.working_interval;
    answer timestamptz;
BEGIN
    SELECT w.* INTO here FROM gridmap.working_interval w WHERE w.seconds_before < passed_s
    ORDER BY w.seconds_before DESC LIMIT 1;
    answer := here.starts_at + make_interval(secs => passed_s - here.seconds_before);
    IF answer < here.ends_at OR answer = here.ends_at AND NOT to_opening THEN
        RETURN answer;
    ELSIF answer = here.ends_at THEN
        RETURN (SELECT w.starts_at FROM gridmap.working_interval w WHERE w.starts_at > here.starts_at
                ORDER BY w.starts_at LIMIT 1);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION working_instant IS 'The instant at which so many working seconds have passed since the start of the calendar; an end '
    'of a run belongs to the run, or with to_opening is the next opening. Null outside the calendar.';

CREATE OR REPLACE FUNCTION add_working_time(start timestamptz, working_s double precision) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN gridmap.working_instant(gridmap.working_seconds_at(start) + working_s);
END $$;

CREATE FUNCTION wall_seconds_at(wall timestamp) RETURNS double precision LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    here gridmap.wall_interval;
BEGIN
    SELECT w.* INTO here FROM gridmap.wall_interval w WHERE w.starts_at <= wall ORDER BY w.starts_at DESC LIMIT 1;
    RETURN here.seconds_before + extract(epoch FROM least(wall, here.ends_at) - here.starts_at)::double precision;
END $$;
COMMENT ON FUNCTION wall_seconds_at IS 'working_seconds_at on the wall clock.';

CREATE FUNCTION wall_time(passed_s double precision, to_opening boolean DEFAULT false) RETURNS timestamp
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    here gridmap.wall_interval;
    answer timestamp;
BEGIN
    SELECT w.* INTO here FROM gridmap.wall_interval w WHERE w.seconds_before < passed_s
    ORDER BY w.seconds_before DESC LIMIT 1;
    answer := here.starts_at + make_interval(secs => passed_s - here.seconds_before);
    IF answer < here.ends_at OR answer = here.ends_at AND NOT to_opening THEN
        RETURN answer;
    ELSIF answer = here.ends_at THEN
        RETURN (SELECT w.starts_at FROM gridmap.wall_interval w WHERE w.starts_at > here.starts_at
                ORDER BY w.starts_at LIMIT 1);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION wall_time IS 'working_instant on the wall clock.';

CREATE FUNCTION count_working_days(wall timestamp, days integer, rules text, closes interval) RETURNS timestamp
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    today CONSTANT date := wall::date;
    here gridmap.working_day;
    is_working boolean;
    is_over boolean;
    moves boolean;
    skipped integer;
BEGIN
    SELECT w.* INTO here FROM gridmap.working_day w WHERE w.day >= today ORDER BY w.day LIMIT 1;
    is_working := here.day = today;
    is_over := is_working AND wall - today >= closes;
    moves := strpos(rules, CASE WHEN is_working THEN 'after-hours-report=next' ELSE 'day-off-report=next' END) > 0;
    skipped := CASE WHEN is_over AND moves THEN 1 ELSE 0 END;
    IF (is_over OR NOT is_working) AND NOT moves THEN
        -- A day that is over, or off, can't be the first of the limit, whatever is said of the day of the report.
        skipped := skipped - CASE WHEN is_working THEN 0 ELSE 1 END;
    ELSIF strpos(rules, 'report-day=counted') > 0 THEN
        skipped := skipped - 1;
    END IF;
    RETURN (SELECT w.day + closes FROM gridmap.working_day w WHERE w.number = here.number + skipped + days);
END $$;
COMMENT ON FUNCTION count_working_days IS 'The close of the last of so many whole working days; null outside the calendar.';

CREATE FUNCTION count_calendar_days(wall timestamp, days double precision, rules text, closes interval) RETURNS timestamp
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    is_close CONSTANT boolean := strpos(rules, 'ends-at=close') > 0;
    due timestamp := wall + make_interval(secs => days * 86400);
    last date := due::date;
BEGIN
    IF is_close AND strpos(rules, 'report-day=counted') > 0
       AND (wall - wall::date < closes OR NOT EXISTS (SELECT FROM gridmap.working_day w WHERE w.day = wall::date)) THEN
        last := last - 1;
    END IF;
    IF strpos(rules, 'last-day-off=next') > 0 THEN
        last := (SELECT w.day FROM gridmap.working_day w WHERE w.day >= last ORDER BY w.day LIMIT 1);
    END IF;
    IF NOT is_close THEN
        RETURN last + (due - due::date);
    END IF;
    RETURN last + CASE WHEN (SELECT d.is_working FROM gridmap.calendar_day d WHERE d.day = last) IS NOT FALSE
                       THEN closes ELSE interval '24 hours' END;
END $$;
COMMENT ON FUNCTION count_calendar_days IS 'When so many days, worked or not, are over by the rules.';

CREATE OR REPLACE FUNCTION due_times(start timestamptz, limit_value numeric, limit_unit text,
                                     OUT near_due_at timestamptz, OUT due_at timestamptz, OUT twice_due_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
-- The same rules as gridmap.domain.due and gridmap.domain.due_times; tests hold both to the same instant.
DECLARE
    rules CONSTANT text := (SELECT value FROM setting WHERE name = 'due_rules');
    to_opening CONSTANT boolean := strpos(rules, 'used-up-at=next-opening') > 0;
    is_close CONSTANT boolean := strpos(rules, 'ends-at=close') > 0;
    zone text;
    wall timestamp;
    due_wall timestamp;
    twice_wall timestamp;
    closes interval;
    days integer;
    passed_s double precision;
    limit_s double precision;
BEGIN
    IF limit_unit = 'working_hour' THEN
        limit_s := limit_value::double precision * 3600;
        passed_s := working_seconds_at(start);
        near_due_at := working_instant(passed_s + limit_s * 0.75, to_opening);
        due_at := working_instant(passed_s + limit_s, to_opening);
        twice_due_at := working_instant(passed_s + limit_s * 2, to_opening);
        RETURN;
    END IF;
    zone := (SELECT value FROM setting WHERE name = 'timezone');
    wall := start AT TIME ZONE zone;
    IF limit_unit = 'working_day' AND NOT is_close THEN
        limit_s := limit_value::double precision
            * (SELECT value::double precision FROM setting WHERE name = 'working_day_s');
        passed_s := wall_seconds_at(wall);
        near_due_at := wall_time(passed_s + limit_s * 0.75, to_opening) AT TIME ZONE zone;
        due_at := wall_time(passed_s + limit_s, to_opening) AT TIME ZONE zone;
        twice_due_at := wall_time(passed_s + limit_s * 2, to_opening) AT TIME ZONE zone;
        RETURN;
    END IF;
    closes := (SELECT split_part(value, '-', -1)::interval FROM setting WHERE name = 'office_hours');
    -- Part of a day is granted whole where limits end with a day.
    days := ceil(limit_value);
    IF limit_unit = 'working_day' THEN
        due_wall := count_working_days(wall, days, rules, closes);
        twice_wall := count_working_days(wall, days * 2, rules, closes);
        passed_s := wall_seconds_at(wall);
        limit_s := wall_seconds_at(due_wall) - passed_s;
        near_due_at := wall_time(passed_s + ((round(limit_s * 1000000)::bigint * 3 + 2) / 4)::double precision / 1000000)
            AT TIME ZONE zone;
    ELSE
        limit_s := CASE WHEN is_close THEN days ELSE limit_value END;
        due_wall := count_calendar_days(wall, limit_s, rules, closes);
        -- Not counted anew: a day off may have moved the end of one day and of two to the same Monday.
        twice_wall := due_wall + (due_wall - wall);
        limit_s := extract(epoch FROM due_wall - wall);
        near_due_at := (wall + make_interval(
            secs => ((round(limit_s * 1000000)::bigint * 3 + 2) / 4)::double precision / 1000000)) AT TIME ZONE zone;
    END IF;
    due_at := due_wall AT TIME ZONE zone;
    twice_due_at := twice_wall AT TIME ZONE zone;
END $$;
COMMENT ON FUNCTION due_times IS 'When 75 %, 100 % and 200 % of a limit are used, by the convention and the office hours of the county; '
    'null where the calendar does not reach.';

CREATE OR REPLACE FUNCTION due_after(start timestamptz, limit_value numeric, limit_unit text, share double precision DEFAULT 1)
    RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (SELECT d.due_at FROM gridmap.due_times(start, limit_value * share::numeric, limit_unit) d);
END $$;
COMMENT ON FUNCTION due_after IS 'When a limit, or a share of it as a limit of its own, is used up; null outside the calendar.';

CREATE OR REPLACE FUNCTION calendar_known_until() RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    -- The end of the first run of years: a year that was published before the one before it does not bridge the gap.
    RETURN (
        SELECT make_date(min(y.year) + 1, 1, 1)::timestamp
                   AT TIME ZONE (SELECT s.value FROM gridmap.setting s WHERE s.name = 'timezone')
        FROM gridmap.calendar_year y
        WHERE y.is_published
          AND NOT EXISTS (SELECT FROM gridmap.calendar_year n WHERE n.year = y.year + 1 AND n.is_published));
END $$;

CREATE FUNCTION is_due_provisional(due_at timestamptz, limit_unit text) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    IF limit_unit = 'calendar_day' AND NOT EXISTS (
        SELECT FROM gridmap.setting r, gridmap.setting h
        WHERE r.name = 'due_rules' AND h.name = 'office_hours'
          AND (strpos(r.value, 'last-day-off=next') > 0 OR strpos(r.value, 'ends-at=close') > 0 AND h.value <> '00:00-24:00'))
    THEN
        RETURN false;
    END IF;
    RETURN coalesce(due_at > gridmap.calendar_known_until(), true);
END $$;
COMMENT ON FUNCTION is_due_provisional IS 'Whether a due time depends on a year whose calendar is not published. Calendar days ask for the '
    'calendar only where a last day off is moved, or ends at the close of office hours.';

CREATE FUNCTION stopped_seconds(of_incident_id bigint, limit_unit text) RETURNS double precision
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT sum(CASE WHEN limit_unit = 'calendar_day' THEN extract(epoch FROM h.to_at - h.from_at)::double precision
                        ELSE gridmap.working_seconds_at(h.to_at) - gridmap.working_seconds_at(h.from_at) END)
        FROM gridmap.incident_hold h
        WHERE h.incident_id = of_incident_id AND h.kind IN ('paused', 'closed') AND h.to_at IS NOT NULL);
END $$;
COMMENT ON FUNCTION stopped_seconds IS 'How long its clock stood, by the ledger: plain seconds for calendar days, else working seconds of '
    'the calendar as it is now; null where the ledger has nothing of the kind.';

CREATE VIEW incident_stage AS
SELECT i.id AS incident_id, s.number, s.name, s.limit_value, s.limit_unit,
       CASE WHEN i.stopped_at IS NULL THEN d.near_due_at END AS near_due_at,
       CASE WHEN i.stopped_at IS NULL THEN d.due_at END AS due_at,
       i.stopped_at IS NULL AND is_due_provisional(d.due_at, s.limit_unit) AS is_provisional
FROM incident i
JOIN responsibility_stage s ON s.item_id = i.item_id
CROSS JOIN LATERAL due_times_of(i.reported_at, s.limit_value, s.limit_unit,
    coalesce(stopped_seconds(i.id, s.limit_unit), i.stopped_s), NULL) d;
COMMENT ON VIEW incident_stage IS 'When each stage of the item of an incident is due, from the report; no instant while its clock stands.';

SELECT rebuild_working_intervals();
