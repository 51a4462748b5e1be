-- What people are judged by: each incident as it stood at an instant, from its history, and the counts that are made of that.

INSERT INTO setting VALUES ('small_number', '30'), ('repeat_days', '30'), ('repeat_distance_m', '50')
ON CONFLICT (name) DO NOTHING;

-- The first dispatch of 200,000 incidents is read from the index alone; the whole history of theirs would be 1.4 million rows.
CREATE INDEX incident_event_measured ON incident_event (incident_id) INCLUDE (at, to_status, from_status, unit_id)
    WHERE kind = 'status' AND to_status IN ('accepted', 'dispatched', 'returned', 'reopened');
-- Which incidents changed after an instant: most were written in the order of their instants.
CREATE INDEX incident_event_at ON incident_event USING brin (at);

-- A corrected item or report moves the due time without stopping the clock, and a corrected point may stay in its area: the
-- history has to know what was before.
CREATE FUNCTION record_incident_correction() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, actor, role, action, note, detail)
    VALUES (NEW.id, change_instant(NEW.id, OLD.resolved_at), 'clock', OLD.status, NEW.status, NEW.lead_unit_id, NEW.area_id,
            coalesce(acting('actor'), current_user), acting('role'), acting('action'), coalesce(acting('note'), ''),
            jsonb_build_object('former_due_at', OLD.due_at, 'due_at', NEW.due_at, 'former_item_id', OLD.item_id,
                'item_id', NEW.item_id, 'former_item_code', OLD.item_code, 'item_code', NEW.item_code,
                'former_precision', OLD.precision, 'former_lon', ST_X(OLD.geom), 'former_lat', ST_Y(OLD.geom)));
    RETURN NULL;
END $$;
CREATE TRIGGER incident_record_correction AFTER UPDATE ON incident FOR EACH ROW
    WHEN ((OLD.item_id, OLD.item_code, OLD.reported_at, OLD.precision, ST_X(OLD.geom), ST_Y(OLD.geom))
          IS DISTINCT FROM (NEW.item_id, NEW.item_code, NEW.reported_at, NEW.precision, ST_X(NEW.geom), ST_Y(NEW.geom)))
    EXECUTE FUNCTION record_incident_correction();

-- Without a search path of their own, so that they are planned in place.

CREATE FUNCTION area_chain(area_id integer) RETURNS TABLE (level text, code text) LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE chain AS (
        SELECT a.parent_id, a.level, a.code FROM gridmap.area a WHERE a.id = area_id
        UNION ALL
        SELECT a.parent_id, a.level, a.code FROM gridmap.area a JOIN chain c ON a.id = c.parent_id
    )
    SELECT c.level, c.code FROM chain c
$$;
COMMENT ON FUNCTION area_chain IS 'An area and all above it.';

CREATE FUNCTION incident_as_of(as_of timestamptz)
    RETURNS TABLE (incident_id bigint, reported_at timestamptz, channel text, item_id integer, item_code text, status text,
                   is_open boolean, lead_unit_id integer, holder_unit_id integer, closed_at timestamptz, due_at timestamptz,
                   accepted_at timestamptz, dispatched_at timestamptz, returns integer, returned_by integer[], reopens integer,
                   called_back_at timestamptz, is_satisfied boolean, is_on_map boolean, small_grid text, large_grid text,
                   village text, township text, special_grid text, precise_lon double precision, precise_lat double precision)
    LANGUAGE sql STABLE
AS $$
    WITH later AS (
        -- Only of these the row says more than was known then; of all others it says what the history says.
        SELECT e.incident_id FROM gridmap.incident_event e JOIN gridmap.incident i ON i.id = e.incident_id
        WHERE e.at > as_of AND i.reported_at <= as_of GROUP BY e.incident_id
    ), past AS (
        SELECT l.incident_id, coalesce(event.to_status, 'reported') AS status, event.unit_id, hold.unit_id AS holder_unit_id,
               closing.at AS closed_at, clock.incident_id IS NOT NULL AS is_reclocked,
               (clock.detail ->> 'former_due_at')::timestamptz AS due_at, former.detail AS former, event.area_id
        FROM later l
        LEFT JOIN LATERAL (
            SELECT e.to_status, e.unit_id, e.area_id FROM gridmap.incident_event e
            WHERE e.incident_id = l.incident_id AND e.at <= as_of ORDER BY e.id DESC LIMIT 1) event ON true
        LEFT JOIN LATERAL (
            SELECT e.at FROM gridmap.incident_event e
            JOIN gridmap.incident_status f ON f.status = e.from_status
            JOIN gridmap.incident_status t ON t.status = e.to_status
            WHERE e.incident_id = l.incident_id AND e.at <= as_of AND e.kind = 'status' AND f.is_open AND NOT t.is_open
            ORDER BY e.id DESC LIMIT 1) closing ON true
        LEFT JOIN LATERAL (
            SELECT e.incident_id, e.detail FROM gridmap.incident_event e
            WHERE e.incident_id = l.incident_id AND e.at > as_of AND e.kind = 'clock' ORDER BY e.id LIMIT 1) clock ON true
        LEFT JOIN LATERAL (
            SELECT e.detail FROM gridmap.incident_event e
            WHERE e.incident_id = l.incident_id AND e.at > as_of AND e.kind = 'clock' AND e.detail ? 'former_item_id'
            ORDER BY e.id LIMIT 1) former ON true
        LEFT JOIN LATERAL (
            SELECT h.unit_id FROM gridmap.incident_hold h
            WHERE h.incident_id = l.incident_id AND h.from_at <= as_of AND h.kind <> 'closed'
            ORDER BY h.from_at DESC, h.id DESC LIMIT 1) hold ON true
    ), place AS (
        SELECT p.incident_id, p.area_id IS NOT NULL AS on_map,
               max(c.code) FILTER (WHERE c.level = 'small_grid') AS small_grid,
               max(c.code) FILTER (WHERE c.level = 'large_grid') AS large_grid,
               max(c.code) FILTER (WHERE c.level = 'village') AS village,
               max(c.code) FILTER (WHERE c.level = 'township') AS township
        FROM past p
        JOIN gridmap.incident i ON i.id = p.incident_id AND i.area_id IS DISTINCT FROM p.area_id
        LEFT JOIN LATERAL gridmap.area_chain(p.area_id) c ON true
        GROUP BY p.incident_id, p.area_id
    ), step AS (
        SELECT e.incident_id, min(e.at) FILTER (WHERE e.to_status = 'accepted') AS accepted_at,
               min(e.at) FILTER (WHERE e.to_status = 'dispatched') AS dispatched_at,
               (count(*) FILTER (WHERE e.to_status = 'returned'))::integer AS returns,
               array_agg(coalesce(e.unit_id, 0)) FILTER (WHERE e.to_status = 'returned') AS returned_by,
               (count(*) FILTER (WHERE e.to_status = 'reopened' AND e.from_status <> 'merged'))::integer AS reopens
        FROM gridmap.incident_event e
        WHERE e.kind = 'status' AND e.to_status IN ('accepted', 'dispatched', 'returned', 'reopened') AND e.at <= as_of
        GROUP BY e.incident_id
    ), answer AS (
        SELECT DISTINCT ON (c.incident_id) c.incident_id, c.at, c.is_satisfied
        FROM gridmap.call_back c WHERE c.is_reached AND c.at <= as_of
        ORDER BY c.incident_id, c.at DESC, c.id DESC
    )
    SELECT i.id, i.reported_at, i.channel,
           CASE WHEN past.former IS NULL THEN i.item_id ELSE (past.former ->> 'former_item_id')::integer END,
           CASE WHEN past.former IS NULL THEN i.item_code ELSE past.former ->> 'former_item_code' END,
           s.status, s.is_open,
           CASE WHEN past.incident_id IS NULL THEN i.lead_unit_id ELSE past.unit_id END,
           CASE WHEN NOT s.is_open THEN NULL WHEN past.incident_id IS NULL THEN i.holder_unit_id ELSE past.holder_unit_id END,
           CASE WHEN s.is_open THEN NULL WHEN past.incident_id IS NULL THEN i.resolved_at ELSE past.closed_at END,
           CASE WHEN past.is_reclocked THEN past.due_at ELSE i.due_at END,
           step.accepted_at, step.dispatched_at, coalesce(step.returns, 0), step.returned_by, coalesce(step.reopens, 0),
           answer.at, answer.is_satisfied,
           CASE WHEN place.incident_id IS NOT NULL THEN place.on_map ELSE i.area_id IS NOT NULL END,
           CASE WHEN place.incident_id IS NOT NULL THEN place.small_grid ELSE i.small_grid END,
           CASE WHEN place.incident_id IS NOT NULL THEN place.large_grid ELSE i.large_grid END,
           CASE WHEN place.incident_id IS NOT NULL THEN place.village ELSE i.village END,
           CASE WHEN place.incident_id IS NOT NULL THEN place.township ELSE i.township END,
           -- No event keeps it: where an incident was moved since, the special grid is not known.
           CASE WHEN place.incident_id IS NOT NULL THEN NULL ELSE i.special_grid END,
           CASE WHEN past.former IS NULL THEN CASE WHEN i.precision IN ('exact', 'building') THEN public.ST_X(i.geom) END
                WHEN past.former ->> 'former_precision' IN ('exact', 'building') THEN (past.former ->> 'former_lon')::double precision END,
           CASE WHEN past.former IS NULL THEN CASE WHEN i.precision IN ('exact', 'building') THEN public.ST_Y(i.geom) END
                WHEN past.former ->> 'former_precision' IN ('exact', 'building') THEN (past.former ->> 'former_lat')::double precision END
    FROM gridmap.incident i
    LEFT JOIN past ON past.incident_id = i.id
    LEFT JOIN place ON place.incident_id = i.id
    JOIN gridmap.incident_status s ON s.status = coalesce(past.status, i.status)
    LEFT JOIN step ON step.incident_id = i.id
    LEFT JOIN answer ON answer.incident_id = i.id
    WHERE i.reported_at <= as_of
$$;
COMMENT ON FUNCTION incident_as_of IS 'Each incident that was reported by an instant, as its history says that it stood then: nothing later counts. '
    'closed_at is the closing that stood then, returned_by the units that returned it (0: no unit). By the calendar and the areas'' names of today.';

CREATE FUNCTION dispatch_limit_bounds(since timestamptz, until timestamptz)
    RETURNS TABLE (day date, early timestamptz, late timestamptz) LANGUAGE plpgsql STABLE ROWS 400
AS $$
DECLARE
    zone CONSTANT text := (SELECT value FROM gridmap.setting WHERE name = 'timezone');
    closes CONSTANT interval := (SELECT split_part(value, '-', -1)::interval FROM gridmap.setting WHERE name = 'office_hours');
    days CONSTANT numeric := (SELECT value::numeric FROM gridmap.setting WHERE name = 'dispatch_limit_days');
    times CONSTANT interval[] := CASE WHEN EXISTS (SELECT FROM gridmap.setting r WHERE r.name = 'due_rules' AND strpos(r.value, 'ends-at=close') > 0)
        THEN ARRAY[interval '0', closes, interval '24 hours'] ELSE ARRAY[interval '0', interval '24 hours'] END;
    dues timestamptz[];
BEGIN
    FOR day IN SELECT DISTINCT (i.reported_at AT TIME ZONE zone)::date FROM gridmap.incident i
               WHERE i.reported_at >= since AND i.reported_at < until LOOP
        -- A clock that runs is never due earlier for a later report. A limit that ends with a day has one end for all reports before
        -- the close of the day and one for those after it, and the second may be before the first of the next day or behind it.
        dues := ARRAY(SELECT (gridmap.due_times((day + t.time) AT TIME ZONE zone, days, 'working_day')).due_at
                      FROM unnest(times) AS t (time));
        -- Where clocks are changed, an hour of the wall may be missing or come twice.
        early := CASE WHEN array_position(dues, NULL) IS NULL THEN (SELECT min(d) FROM unnest(dues) d) - interval '1 hour' END;
        late := CASE WHEN array_position(dues, NULL) IS NULL THEN (SELECT max(d) FROM unnest(dues) d) + interval '1 hour' END;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION dispatch_limit_bounds IS 'For each day of reports of a period two instants between which the dispatch limit of all of them ends: '
    'what was dispatched outside needs no look at the calendar. Null where the calendar does not reach.';

CREATE FUNCTION measure_incidents(since timestamptz, until timestamptz, as_of timestamptz)
    RETURNS TABLE (incident_id bigint, reported_at timestamptz, reported_day date, channel text, item_id integer, item_code text,
                   class_name text, status text, is_handled boolean, is_open boolean, lead_unit_id integer, holder_unit_id integer,
                   closed_at timestamptz, due_at timestamptz, accepted_at timestamptz, dispatched_at timestamptz, returns integer,
                   returned_by integer[], reopens integer, called_back_at timestamptz, is_satisfied boolean, zone text, county text,
                   small_grid text, large_grid text, village text, township text, special_grid text,
                   precise_lon double precision, precise_lat double precision)
    LANGUAGE sql STABLE
AS $$
    WITH zone AS MATERIALIZED (
        SELECT value AS name, (SELECT c.code FROM gridmap.area c WHERE c.level = 'county'
                              ORDER BY c.generation_id DESC, c.code COLLATE "C" LIMIT 1) AS county
        FROM gridmap.setting WHERE name = 'timezone'
    )
    SELECT a.incident_id, a.reported_at, (a.reported_at AT TIME ZONE z.name)::date, a.channel, a.item_id, a.item_code,
           r.class_name, a.status, a.status NOT IN ('merged', 'rejected'), a.is_open, a.lead_unit_id, a.holder_unit_id,
           a.closed_at, a.due_at, a.accepted_at, a.dispatched_at, a.returns, a.returned_by, a.reopens, a.called_back_at, a.is_satisfied,
           z.name, CASE WHEN a.is_on_map THEN z.county END, a.small_grid, a.large_grid, a.village, a.township, a.special_grid,
           a.precise_lon, a.precise_lat
    FROM zone z
    CROSS JOIN gridmap.incident_as_of(as_of) a
    LEFT JOIN gridmap.responsibility_item r ON r.id = a.item_id
    WHERE a.reported_at >= since AND a.reported_at < until
$$;
COMMENT ON FUNCTION measure_incidents IS 'The incidents that were reported from since up to, not including, until, as incident_as_of, with the rows that '
    'they go to. is_handled: neither merged nor rejected.';

CREATE FUNCTION measure_facts(since timestamptz, until timestamptz, as_of timestamptz)
    RETURNS TABLE (incident_id bigint, reported_day date, channel text, item_code text, class_name text, lead_unit_id integer,
                   returned_by integer[], county text, small_grid text, large_grid text, village text, township text, special_grid text,
                   is_counted boolean,
                   of_accepted boolean, is_accepted boolean, of_dispatched_in_time boolean, is_dispatched_in_time boolean,
                   of_resolved_in_time boolean, is_resolved_in_time boolean, of_closed_same_day boolean, is_closed_same_day boolean,
                   of_called_back boolean, is_called_back boolean, of_satisfied boolean, is_satisfied boolean,
                   of_returned boolean, is_returned boolean, of_reopened boolean, is_reopened boolean,
                   of_overdue_now boolean, is_overdue_now boolean)
    LANGUAGE sql STABLE
AS $$
    WITH convention AS MATERIALIZED (
        -- A limit that runs as working time passes is never over before as much time has passed, but for an hour where clocks are
        -- put forward; one that ends with a day may be.
        SELECT d.value::numeric AS days,
               CASE WHEN EXISTS (SELECT FROM gridmap.setting r WHERE r.name = 'due_rules' AND strpos(r.value, 'ends-at=close') > 0)
                   THEN interval '0'
                   ELSE greatest(make_interval(secs => d.value::double precision * w.value::double precision) - interval '1 hour', '0')
               END AS surely
        FROM gridmap.setting d, gridmap.setting w WHERE d.name = 'dispatch_limit_days' AND w.name = 'working_day_s'
    )
    SELECT i.incident_id, i.reported_day, i.channel, i.item_code, i.class_name, i.lead_unit_id,
           i.returned_by, i.county, i.small_grid, i.large_grid, i.village, i.township, i.special_grid,
           i.is_handled,
           i.status <> 'merged', i.accepted_at IS NOT NULL OR i.status NOT IN ('reported', 'rejected', 'merged'),
           i.is_handled AND CASE WHEN i.dispatched_at IS NULL THEN NOT i.was_with_unit AND i.is_late_at_end
                ELSE i.is_late_at_end IS NOT NULL END,
           i.dispatched_at IS NOT NULL AND NOT i.is_late_at_end,
           i.is_handled AND i.due_at IS NOT NULL AND (NOT i.is_open OR i.due_at <= as_of), NOT i.is_open AND i.closed_at < i.due_at,
           i.is_handled AND (NOT i.is_open OR as_of >= (i.reported_day + 1)::timestamp AT TIME ZONE i.zone),
           NOT i.is_open AND (i.closed_at AT TIME ZONE i.zone)::date = i.reported_day,
           i.is_handled AND (NOT i.is_open OR i.is_satisfied IS FALSE),
           i.status = 'called_back' OR CASE WHEN i.is_open THEN i.is_satisfied IS FALSE ELSE coalesce(i.called_back_at >= i.closed_at, false) END,
           i.is_handled AND i.is_satisfied IS NOT NULL, coalesce(i.is_satisfied, false),
           i.is_handled AND i.was_with_unit, i.returns > 0,
           i.is_handled AND (NOT i.is_open OR i.reopens > 0), i.reopens > 0,
           i.is_open, i.is_open AND coalesce(i.due_at <= as_of, false)
    FROM (
        SELECT a.*, a.dispatched_at IS NOT NULL OR a.returns > 0
                   OR a.status IN ('dispatched', 'acknowledged', 'handling', 'paused', 'extended', 'reopened', 'returned',
                                   'resolved', 'verified', 'called_back') AS was_with_unit,
               -- Null where the calendar does not tell.
               CASE WHEN coalesce(a.dispatched_at, as_of) <= a.reported_at + t.surely THEN false
                    WHEN coalesce(a.dispatched_at, as_of) <= d.early THEN false
                    WHEN coalesce(a.dispatched_at, as_of) > d.late THEN true
                    WHEN a.dispatched_at IS NULL AND a.status NOT IN ('reported', 'accepted', 'disputed') THEN NULL
                    ELSE coalesce(a.dispatched_at, as_of) > (gridmap.due_times(a.reported_at, t.days, 'working_day')).due_at
               END AS is_late_at_end
        FROM convention t
        -- Each OFFSET 0 keeps what stands in it from being counted again for each column that is made of it.
        CROSS JOIN (SELECT * FROM gridmap.measure_incidents(since, until, as_of) OFFSET 0) a
        JOIN gridmap.dispatch_limit_bounds(since, least(until, as_of + interval '1 microsecond')) d ON d.day = a.reported_day
        OFFSET 0
    ) i
$$;
COMMENT ON FUNCTION measure_facts IS 'What each measure makes of each incident that was reported from since up to, not including, until: of_ whether it '
    'counts at all, is_ whether it fulfils it. Definitions: docs/measures.md.';

CREATE FUNCTION measure_key(by_what text, county text, township text, village text, large_grid text, small_grid text,
                            unit_code text, item_code text, class_name text, channel text, reported_day date)
    RETURNS text LANGUAGE sql STABLE
AS $$
    SELECT CASE by_what
        WHEN 'county' THEN county
        WHEN 'township' THEN township WHEN 'village' THEN village
        WHEN 'large_grid' THEN large_grid WHEN 'small_grid' THEN small_grid
        WHEN 'unit' THEN coalesce(unit_code, '') WHEN 'item' THEN coalesce(item_code, '')
        WHEN 'class' THEN coalesce(class_name, '') WHEN 'channel' THEN channel
        WHEN 'day' THEN to_char(reported_day, 'YYYY-MM-DD') WHEN 'month' THEN to_char(reported_day, 'YYYY-MM')
    END
$$;
COMMENT ON FUNCTION measure_key IS 'The row of a table of measures that an incident goes to; null where its point is not good for it. '
    'An empty text stands for no unit (the command centre), no item, no class.';

CREATE FUNCTION measure_counts(by_what text, since timestamptz, until timestamptz, as_of timestamptz,
                               in_area text DEFAULT NULL, of_unit text DEFAULT NULL, of_item text DEFAULT NULL)
    RETURNS TABLE (key text, incidents bigint, counted bigint,
                   of_accepted bigint, accepted bigint, of_dispatched_in_time bigint, dispatched_in_time bigint,
                   of_resolved_in_time bigint, resolved_in_time bigint, of_closed_same_day bigint, closed_same_day bigint,
                   of_called_back bigint, called_back bigint, of_satisfied bigint, satisfied bigint,
                   of_returned bigint, returned bigint, of_reopened bigint, reopened bigint,
                   of_overdue_now bigint, overdue_now bigint, of_returned_once bigint, returned_once bigint)
    LANGUAGE sql STABLE
AS $$
    WITH asked AS MATERIALIZED (
        SELECT by_what = 'unit' OR of_unit IS NOT NULL AS is_by_unit, (SELECT u.id FROM gridmap.unit u WHERE u.code = of_unit) AS unit_id
    ), grouped AS MATERIALIZED (
        SELECT k.key, k.lead_unit_id, k.returned_by, k.is_led, count(*) AS incidents, count(*) FILTER (WHERE k.is_counted) AS counted,
               count(*) FILTER (WHERE k.of_accepted) AS of_accepted, count(*) FILTER (WHERE k.of_accepted AND k.is_accepted) AS accepted,
               count(*) FILTER (WHERE k.of_dispatched_in_time) AS of_dispatched_in_time, count(*) FILTER (WHERE k.of_dispatched_in_time AND k.is_dispatched_in_time) AS dispatched_in_time,
               count(*) FILTER (WHERE k.of_resolved_in_time) AS of_resolved_in_time, count(*) FILTER (WHERE k.of_resolved_in_time AND k.is_resolved_in_time) AS resolved_in_time,
               count(*) FILTER (WHERE k.of_closed_same_day) AS of_closed_same_day, count(*) FILTER (WHERE k.of_closed_same_day AND k.is_closed_same_day) AS closed_same_day,
               count(*) FILTER (WHERE k.of_called_back) AS of_called_back, count(*) FILTER (WHERE k.of_called_back AND k.is_called_back) AS called_back,
               count(*) FILTER (WHERE k.of_satisfied) AS of_satisfied, count(*) FILTER (WHERE k.of_satisfied AND k.is_satisfied) AS satisfied,
               count(*) FILTER (WHERE k.of_returned) AS of_returned, count(*) FILTER (WHERE k.of_returned AND k.is_returned) AS returned,
               count(*) FILTER (WHERE k.of_reopened) AS of_reopened, count(*) FILTER (WHERE k.of_reopened AND k.is_reopened) AS reopened,
               count(*) FILTER (WHERE k.of_overdue_now) AS of_overdue_now, count(*) FILTER (WHERE k.of_overdue_now AND k.is_overdue_now) AS overdue_now
        FROM (
            SELECT f.*, coalesce(of_unit IS NULL OR f.lead_unit_id = q.unit_id, false) AS is_led,
                   gridmap.measure_key(by_what, f.county, f.township, f.village, f.large_grid, f.small_grid, u.code, f.item_code,
                                       f.class_name, f.channel, f.reported_day) AS key
            FROM asked q
            CROSS JOIN gridmap.measure_facts(since, until, as_of) f
            LEFT JOIN gridmap.unit u ON u.id = f.lead_unit_id
            WHERE (in_area IS NULL OR in_area IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
              AND (of_unit IS NULL OR f.lead_unit_id = q.unit_id OR q.unit_id = ANY (f.returned_by))
              AND (of_item IS NULL OR f.item_code = of_item)
        ) k
        GROUP BY k.key, k.lead_unit_id, k.returned_by, k.is_led
    ), part AS (
        SELECT g.key, g.incidents, g.counted, g.of_accepted, g.accepted, g.of_dispatched_in_time, g.dispatched_in_time,
               g.of_resolved_in_time, g.resolved_in_time, g.of_closed_same_day, g.closed_same_day, g.of_called_back,
               g.called_back, g.of_satisfied, g.satisfied, g.of_reopened, g.reopened, g.of_overdue_now, g.overdue_now,
               g.of_returned, r.returned, g.of_returned AS of_returned_once, CASE WHEN of_unit IS NULL THEN g.returned ELSE r.returned END AS returned_once
        FROM grouped g
        CROSS JOIN asked q
        CROSS JOIN LATERAL (
            -- Of a unit: what it returned itself.
            SELECT CASE WHEN NOT q.is_by_unit THEN g.returned WHEN coalesce(g.lead_unit_id, 0) = ANY (g.returned_by) THEN g.of_returned
                        ELSE 0 END AS returned) r
        WHERE g.is_led
        UNION ALL
        -- And who returned what another leads now.
        SELECT CASE WHEN by_what = 'unit' THEN coalesce(u.code, '') ELSE g.key END, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
               g.of_returned, g.of_returned, CASE WHEN of_unit IS NULL THEN 0 ELSE g.of_returned END,
               CASE WHEN of_unit IS NULL THEN 0 ELSE g.of_returned END
        FROM grouped g
        JOIN asked q ON q.is_by_unit
        CROSS JOIN LATERAL (SELECT DISTINCT r.id FROM unnest(g.returned_by) AS r (id)
                            WHERE r.id <> coalesce(g.lead_unit_id, 0) AND (of_unit IS NULL OR r.id = q.unit_id)) r
        LEFT JOIN gridmap.unit u ON u.id = r.id
    )
    SELECT p.key, sum(p.incidents)::bigint, sum(p.counted)::bigint,
           sum(p.of_accepted)::bigint, sum(p.accepted)::bigint,
           sum(p.of_dispatched_in_time)::bigint, sum(p.dispatched_in_time)::bigint,
           sum(p.of_resolved_in_time)::bigint, sum(p.resolved_in_time)::bigint,
           sum(p.of_closed_same_day)::bigint, sum(p.closed_same_day)::bigint,
           sum(p.of_called_back)::bigint, sum(p.called_back)::bigint,
           sum(p.of_satisfied)::bigint, sum(p.satisfied)::bigint,
           sum(p.of_returned)::bigint, sum(p.returned)::bigint,
           sum(p.of_reopened)::bigint, sum(p.reopened)::bigint,
           sum(p.of_overdue_now)::bigint, sum(p.overdue_now)::bigint,
           sum(p.of_returned_once)::bigint, sum(p.returned_once)::bigint
    FROM part p
    GROUP BY p.key
$$;
COMMENT ON FUNCTION measure_counts IS 'The counts of each row. Of a unit, what was returned is what it returned itself, of what it leads or returned: the '
    'rows by unit add up to more than there is. The columns _once add up to the whole.';

-- For psql and QGIS: every unit and area as of now.

CREATE FUNCTION measure_table(by_what text)
    RETURNS TABLE (code text, incidents bigint, accepted bigint, accepted_share numeric, dispatched_in_time_share numeric,
                   resolved_in_time_share numeric, closed_same_day_share numeric, called_back_share numeric,
                   satisfied_share numeric, returned_share numeric, reopened_share numeric, open bigint, overdue_now bigint)
    LANGUAGE sql STABLE
AS $$
    SELECT c.key, c.incidents, c.accepted, c.accepted / nullif(c.of_accepted, 0)::numeric,
           c.dispatched_in_time / nullif(c.of_dispatched_in_time, 0)::numeric,
           c.resolved_in_time / nullif(c.of_resolved_in_time, 0)::numeric,
           c.closed_same_day / nullif(c.of_closed_same_day, 0)::numeric, c.called_back / nullif(c.of_called_back, 0)::numeric,
           c.satisfied / nullif(c.of_satisfied, 0)::numeric, c.returned / nullif(c.of_returned, 0)::numeric,
           c.reopened / nullif(c.of_reopened, 0)::numeric, c.of_overdue_now, c.overdue_now
    FROM gridmap.measure_counts(by_what, '-infinity', 'infinity', now()) c
    WHERE c.key IS NOT NULL
$$;

CREATE VIEW measure_unit AS
SELECT m.*, u.name, u.short_name FROM measure_table('unit') m LEFT JOIN unit u ON u.code = m.code;
CREATE VIEW measure_item AS SELECT * FROM measure_table('item');
CREATE VIEW measure_township AS
SELECT a.id, a.name, a.geom, a.code, m.incidents, m.accepted, m.accepted_share, m.dispatched_in_time_share, m.resolved_in_time_share,
       m.closed_same_day_share, m.called_back_share, m.satisfied_share, m.returned_share, m.reopened_share, m.open, m.overdue_now
FROM area a LEFT JOIN measure_table('township') m ON m.code = a.code
WHERE a.level = 'township' AND a.generation_id = generation_at(now());
CREATE VIEW measure_village AS
SELECT a.id, a.name, a.geom, a.code, m.incidents, m.accepted, m.accepted_share, m.dispatched_in_time_share, m.resolved_in_time_share,
       m.closed_same_day_share, m.called_back_share, m.satisfied_share, m.returned_share, m.reopened_share, m.open, m.overdue_now
FROM area a LEFT JOIN measure_table('village') m ON m.code = a.code
WHERE a.level = 'village' AND a.generation_id = generation_at(now());
CREATE VIEW measure_small_grid AS
SELECT a.id, a.name, a.geom, a.code, m.incidents, m.accepted, m.accepted_share, m.dispatched_in_time_share, m.resolved_in_time_share,
       m.closed_same_day_share, m.called_back_share, m.satisfied_share, m.returned_share, m.reopened_share, m.open, m.overdue_now
FROM area a LEFT JOIN measure_table('small_grid') m ON m.code = a.code
WHERE a.level = 'small_grid' AND a.generation_id = generation_at(now());
COMMENT ON VIEW measure_small_grid IS 'As of now, all reports; other periods and instants: measure_counts.';
