-- What is reopened goes to who held it: a merging that is taken back does not give an incident to a unit that never had it.

CREATE FUNCTION is_centre(of_unit_id integer) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    AS $$ SELECT of_unit_id IS NULL OR EXISTS (SELECT FROM unit u WHERE u.id = of_unit_id AND u.unit_type = 'command_centre') $$;
COMMENT ON FUNCTION is_centre IS 'Whether a holder is the command centre, which a null stands for too.';

CREATE FUNCTION was_with_unit(of_incident_id bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT EXISTS (
        SELECT FROM incident_event e
        WHERE e.incident_id = of_incident_id AND e.kind IN ('reported', 'status')
          AND (e.to_status IN ('dispatched', 'acknowledged', 'handling', 'paused', 'extended')
               OR (e.to_status = 'reopened' AND e.from_status IS DISTINCT FROM 'merged')))
$$;
COMMENT ON FUNCTION was_with_unit IS 'Whether the history knows that a unit ever had it. Of a record that came merged or rejected it does not.';

CREATE FUNCTION hold_reopened() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    is_with_centre boolean := is_centre(OLD.holder_unit_id);
BEGIN
    IF NEW.status <> 'reopened' THEN
        IF is_with_centre AND NEW.status IN ('handling', 'returned') THEN
            RAISE check_violation USING COLUMN = 'status', MESSAGE = format(
                'incident %s is with the command centre and can''t become %s: it has to be dispatched first', NEW.id, NEW.status);
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'merged' AND NOT is_with_centre THEN
        -- A record that came merged is booked to its lead, which may never have had it.
        is_with_centre := NOT was_with_unit(NEW.id);
    END IF;
    IF is_with_centre AND OLD.status IN ('merged', 'reopened') THEN
        NEW.holder_unit_id := centre_unit_id();
    END IF;
    IF NEW.lead_unit_id IS NULL AND OLD.status <> 'reopened' AND OLD.queue IS DISTINCT FROM 'disputed' THEN
        -- Closed while it waited: it waits again where it did.
        NEW.queue := OLD.queue;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION hold_reopened IS 'Who holds what is reopened, as find_holder in gridmap/domain/ledger.py: after a merging who held it before it.';
-- Its name comes after incident_rules, which says who holds it in every other status.
CREATE TRIGGER incident_rules_reopened BEFORE UPDATE ON incident FOR EACH ROW
    WHEN (NEW.status = 'reopened' OR OLD.status = 'reopened') EXECUTE FUNCTION hold_reopened();

CREATE OR REPLACE VIEW incident_clock AS
SELECT i.id AS incident_id, 'dispatch' AS kind, centre_unit_id() AS unit_id, i.reported_at AS starts_at, d.near_due_at, d.due_at,
       coalesce(e.at, i.resolved_at) AS stopped_at,
       e.at IS NULL AND (i.status IN ('reported', 'accepted') OR i.status = 'reopened' AND is_centre(i.holder_unit_id)) AS is_running
FROM incident i
CROSS JOIN LATERAL due_times(i.reported_at, (SELECT value::numeric FROM setting WHERE name = 'dispatch_limit_days'), 'working_day') d
LEFT JOIN LATERAL (
    SELECT min(v.at) AS at FROM incident_event v
    WHERE v.incident_id = i.id AND v.kind = 'status' AND v.to_status = 'dispatched') e ON true
UNION ALL
SELECT i.id, 'handling', i.lead_unit_id, i.reported_at, i.near_due_at, i.due_at, coalesce(i.resolved_at, i.stopped_at),
       i.resolved_at IS NULL AND i.stopped_at IS NULL
FROM incident i
UNION ALL
SELECT i.id, 'call_back', centre_unit_id(), i.resolved_at, d.near_due_at, d.due_at, e.at, i.status IN ('resolved', 'verified')
FROM incident i
CROSS JOIN LATERAL due_times(i.resolved_at, (SELECT value::numeric FROM setting WHERE name = 'call_back_limit_days'), 'working_day') d
LEFT JOIN LATERAL (
    SELECT max(v.at) AS at FROM incident_event v
    WHERE v.incident_id = i.id AND v.kind = 'status' AND v.to_status = 'called_back') e ON true
WHERE i.status IN ('resolved', 'verified', 'called_back');

-- An incident that no unit ever had is not one that was dispatched, whatever its status says.
CREATE OR REPLACE FUNCTION measure_facts(since timestamptz, until timestamptz, as_of timestamptz)
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
        SELECT d.value::numeric AS days, gridmap.centre_unit_id() AS centre_id,
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
                   OR a.status IN ('dispatched', 'acknowledged', 'handling', 'paused', 'extended', 'returned',
                                   'resolved', 'verified', 'called_back')
                   -- With the command centre: a merging was taken back before any unit had it.
                   OR a.status = 'reopened' AND coalesce(a.holder_unit_id <> coalesce(t.centre_id, 0), false) AS was_with_unit,
               -- Null where the calendar does not tell.
               CASE WHEN coalesce(a.dispatched_at, as_of) <= a.reported_at + t.surely THEN false
                    WHEN coalesce(a.dispatched_at, as_of) <= d.early THEN false
                    WHEN coalesce(a.dispatched_at, as_of) > d.late THEN true
                    WHEN a.dispatched_at IS NULL AND a.status NOT IN ('reported', 'accepted', 'disputed')
                         AND NOT (a.status = 'reopened' AND coalesce(a.holder_unit_id = coalesce(t.centre_id, 0), true)) THEN NULL
                    ELSE coalesce(a.dispatched_at, as_of) > (gridmap.due_times(a.reported_at, t.days, 'working_day')).due_at
               END AS is_late_at_end
        FROM convention t
        -- Each OFFSET 0 keeps what stands in it from being counted again for each column that is made of it.
        CROSS JOIN (SELECT * FROM gridmap.measure_incidents(since, until, as_of) OFFSET 0) a
        JOIN gridmap.dispatch_limit_bounds(since, least(until, as_of + interval '1 microsecond')) d ON d.day = a.reported_day
        OFFSET 0
    ) i
$$;

-- What was taken back before: still reopened, never with a unit, and booked to its lead.
CREATE TEMPORARY TABLE misbooked ON COMMIT DROP AS
SELECT i.id FROM incident i
WHERE i.status = 'reopened' AND NOT is_centre(i.holder_unit_id) AND NOT was_with_unit(i.id)
  AND EXISTS (SELECT FROM incident_event e WHERE e.incident_id = i.id AND e.kind = 'status' AND e.from_status = 'merged');
ALTER TABLE incident DISABLE TRIGGER USER;
UPDATE incident i SET holder_unit_id = centre_unit_id() FROM misbooked m WHERE m.id = i.id;
ALTER TABLE incident ENABLE TRIGGER USER;
UPDATE incident_hold h SET unit_id = centre_unit_id()
FROM misbooked m WHERE m.id = h.incident_id AND h.kind = 'held' AND h.to_at IS NULL;
