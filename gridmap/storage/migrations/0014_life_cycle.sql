-- The life cycle as rows, the clocks that its steps stop and start, and the ledger: kept by triggers, whichever door a change comes by.

CREATE TABLE life_cycle_step (
    action text NOT NULL,
    from_status text NOT NULL REFERENCES incident_status,
    to_status text NOT NULL REFERENCES incident_status,
    -- So that a change of status tells the action, also where nobody named it.
    PRIMARY KEY (from_status, to_status)
);
COMMENT ON TABLE life_cycle_step IS 'Which status may follow which. The same as gridmap/domain/life_cycle.py, which also says who may do it and what it needs.';
INSERT INTO life_cycle_step VALUES
    ('accept', 'reported', 'accepted'),
    ('reject', 'reported', 'rejected'),
    ('reject', 'accepted', 'rejected'),
    ('reject', 'returned', 'rejected'),
    ('dispatch', 'accepted', 'dispatched'),
    ('dispatch', 'returned', 'dispatched'),
    ('dispatch', 'reopened', 'dispatched'),
    ('acknowledge', 'dispatched', 'acknowledged'),
    ('start', 'acknowledged', 'handling'),
    ('start', 'reopened', 'handling'),
    ('return', 'dispatched', 'returned'),
    ('return', 'acknowledged', 'returned'),
    ('return', 'handling', 'returned'),
    ('return', 'reopened', 'returned'),
    ('dispute', 'accepted', 'disputed'),
    ('dispute', 'dispatched', 'disputed'),
    ('dispute', 'acknowledged', 'disputed'),
    ('dispute', 'handling', 'disputed'),
    ('dispute', 'returned', 'disputed'),
    ('dispute', 'reopened', 'disputed'),
    ('decide', 'disputed', 'dispatched'),
    ('pause', 'handling', 'paused'),
    ('pause', 'extended', 'paused'),
    ('resume', 'paused', 'handling'),
    ('resume', 'paused', 'extended'),
    ('extend', 'handling', 'extended'),
    ('resolve', 'handling', 'resolved'),
    ('resolve', 'extended', 'resolved'),
    ('send_back', 'resolved', 'handling'),
    ('verify', 'resolved', 'verified'),
    ('call_back', 'verified', 'called_back'),
    ('reopen', 'resolved', 'reopened'),
    ('reopen', 'verified', 'reopened'),
    ('reopen', 'called_back', 'reopened'),
    -- A merging that was a mistake is undone.
    ('reopen', 'merged', 'reopened'),
    ('merge', 'reported', 'merged'),
    ('merge', 'accepted', 'merged'),
    ('merge', 'dispatched', 'merged'),
    ('merge', 'acknowledged', 'merged'),
    ('merge', 'handling', 'merged'),
    ('merge', 'extended', 'merged'),
    ('merge', 'returned', 'merged'),
    ('merge', 'reopened', 'merged');

INSERT INTO setting VALUES
    ('max_returns', '3'), ('max_extension_share', '1'), ('pause_limit_days', '10'),
    ('dispatch_limit_days', '1'), ('call_back_limit_days', '3')
ON CONFLICT (name) DO NOTHING;

ALTER TABLE incident_person ADD CONSTRAINT incident_person_different_people UNIQUE (incident_id, staff_id);
COMMENT ON CONSTRAINT incident_person_different_people ON incident_person IS 'One person, one part of an incident.';

-- The ledger is read by incident; an index that only deletes of units would use costs every insert.
DROP INDEX incident_hold_unit;
CREATE INDEX incident_paused ON incident (stopped_at) WHERE stopped_at IS NOT NULL;
-- Areas of a draft that is discarded are deleted one by one, and each asks the history whether it names them.
CREATE INDEX incident_event_area ON incident_event (area_id);

CREATE FUNCTION check_life_cycle_step(incident_id bigint, old_status text, new_status text) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = gridmap, public
AS $$
DECLARE
    possible text;
BEGIN
    IF EXISTS (SELECT FROM life_cycle_step s WHERE s.from_status = old_status AND s.to_status = new_status) THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%s (%s)', s.to_status, s.action), ', ' ORDER BY s.to_status) INTO possible
    FROM life_cycle_step s WHERE s.from_status = old_status;
    RAISE check_violation USING COLUMN = 'status', MESSAGE = format(
        'incident %s is %s and can''t become %s; it can become: %s', incident_id, old_status, new_status,
        coalesce(possible, 'nothing, its life is over'));
END $$;

CREATE FUNCTION change_instant(changed_id bigint, was_resolved_at timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE
    SET search_path = gridmap, public
AS $$
-- Not an SQL function: it would be planned anew at each call. The first term is acting_at().
DECLARE
    last_at timestamptz;
BEGIN
    SELECT max(h.from_at) INTO last_at FROM incident_hold h WHERE h.incident_id = changed_id;
    RETURN greatest(coalesce(nullif(current_setting('gridmap.at', true), '')::timestamptz, now()), was_resolved_at, last_at);
END $$;
COMMENT ON FUNCTION change_instant IS 'When a change counts: not before the one before it, which a transaction that began earlier would.';

CREATE FUNCTION clock_seconds_between(since timestamptz, until timestamptz, limit_unit text) RETURNS double precision
    LANGUAGE sql STABLE
    SET search_path = gridmap, public
AS $$
    -- To the microsecond: sums of working seconds since 2004 hold more digits than are meant.
    SELECT round((CASE WHEN limit_unit = 'calendar_day' THEN extract(epoch FROM until - since)
        ELSE working_seconds_at(until) - working_seconds_at(since) END)::numeric, 6)::double precision
$$;
COMMENT ON FUNCTION clock_seconds_between IS 'What a clock of that unit counts between two instants.';

CREATE OR REPLACE FUNCTION apply_incident_rules() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    is_new CONSTANT boolean := TG_OP = 'INSERT';
    is_moved boolean := TG_OP = 'INSERT';
    is_rerouted boolean := TG_OP = 'INSERT';
    is_reclocked boolean := TG_OP = 'INSERT';
    place location;
    way routing;
    item record;
    centre_id CONSTANT integer := (SELECT u.id FROM unit u WHERE u.unit_type = 'command_centre' ORDER BY u.code COLLATE "C" LIMIT 1);
    changed_at timestamptz;
    open_now CONSTANT boolean := (SELECT s.is_open FROM incident_status s WHERE s.status = NEW.status);
BEGIN
    IF NOT is_new THEN
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
        NEW.version := OLD.version + 1;
        is_moved := (NEW.reported_lon, NEW.reported_lat, NEW.datum, NEW.precision, NEW.reported_at)
            IS DISTINCT FROM (OLD.reported_lon, OLD.reported_lat, OLD.datum, OLD.precision, OLD.reported_at)
            OR NOT coalesce(ST_OrderingEquals(NEW.geom, OLD.geom), NEW.geom IS NULL AND OLD.geom IS NULL);
        is_rerouted := is_moved OR NEW.item_code IS DISTINCT FROM OLD.item_code;
        is_reclocked := is_rerouted
            OR (NEW.extension, NEW.stopped_s, NEW.stopped_at, NEW.target_at)
                IS DISTINCT FROM (OLD.extension, OLD.stopped_s, OLD.stopped_at, OLD.target_at);
        IF NEW.status <> OLD.status THEN
            PERFORM check_life_cycle_step(OLD.id, OLD.status, NEW.status);
            changed_at := change_instant(OLD.id, OLD.resolved_at);
            IF NEW.status = 'returned' THEN
                IF OLD.returns >= (SELECT value::integer FROM setting WHERE name = 'max_returns') THEN
                    RAISE check_violation USING COLUMN = 'status', MESSAGE = format(
                        'incident %s was returned %s times, which is the most: open a dispute instead', OLD.id, OLD.returns);
                END IF;
                NEW.returns := OLD.returns + 1;
            ELSIF NEW.status = 'paused' THEN
                IF OLD.due_at <= changed_at THEN
                    RAISE check_violation USING COLUMN = 'status', MESSAGE = format(
                        'incident %s is overdue since %s, so its clock can''t be stopped', OLD.id, OLD.due_at);
                END IF;
                NEW.stopped_at := changed_at;
                is_reclocked := true;
            ELSIF NEW.status = 'dispatched' AND NEW.lead_unit_id IS NULL THEN
                RAISE check_violation USING COLUMN = 'lead_unit_id', MESSAGE = format(
                    'incident %s has no unit that leads: it can''t be dispatched to nobody', OLD.id);
            END IF;
            IF OLD.status = 'paused' OR (OLD.resolved_at IS NOT NULL AND open_now) THEN
                NEW.stopped_s := OLD.stopped_s + clock_seconds_between(
                    coalesce(OLD.stopped_at, OLD.resolved_at), changed_at,
                    (SELECT i.limit_unit FROM responsibility_item i WHERE i.id = OLD.item_id));
                NEW.stopped_at := NULL;
                is_reclocked := true;
            END IF;
        END IF;
    ELSE
        -- Since when a record that comes paused is paused, its sender may say.
        NEW.stopped_at := CASE WHEN NEW.status = 'paused' THEN greatest(coalesce(NEW.stopped_at, acting_at()), NEW.reported_at) END;
    END IF;
    IF is_moved THEN
        IF NEW.reported_lon IS NULL AND NEW.geom IS NOT NULL
           AND (is_new OR NOT coalesce(ST_OrderingEquals(NEW.geom, OLD.geom), false)) THEN
            NEW.reported_lon := ST_X(NEW.geom);
            NEW.reported_lat := ST_Y(NEW.geom);
            NEW.datum := 'cgcs2000';
        ELSIF NOT is_new AND NOT coalesce(ST_OrderingEquals(NEW.geom, OLD.geom), true)
              AND (NEW.reported_lon, NEW.reported_lat) IS NOT DISTINCT FROM (OLD.reported_lon, OLD.reported_lat) THEN
            NEW.reported_lon := ST_X(NEW.geom);
            NEW.reported_lat := ST_Y(NEW.geom);
            NEW.datum := 'cgcs2000';
        END IF;
        -- Said here in words: the constraints speak only after the rules, which would stumble over these first.
        IF NEW.reported_lon NOT BETWEEN -180 AND 180 OR NEW.reported_lat NOT BETWEEN -90 AND 90 THEN
            RAISE check_violation USING COLUMN = 'reported_lon', MESSAGE = format(
                'incident: lon %s, lat %s is no point in degrees, lon before lat', NEW.reported_lon, NEW.reported_lat);
        ELSIF NOT isfinite(NEW.reported_at) OR NEW.reported_at NOT BETWEEN '2004-01-01Z' AND now() + interval '1 year' THEN
            -- Before 2004 no working calendar is known, and a slip of the year would be due decades from now.
            RAISE check_violation USING COLUMN = 'reported_at', MESSAGE = format(
                'incident: reported_at %s has to be an instant from 2004 on, and not a year ahead', NEW.reported_at);
        ELSIF NOT EXISTS (SELECT FROM incident_precision p WHERE p.precision = NEW.precision) THEN
            RAISE foreign_key_violation USING COLUMN = 'precision', MESSAGE = format(
                'incident: precision %s is not one of table incident_precision', NEW.precision);
        END IF;
        NEW.geom := to_cgcs2000(NEW.reported_lon, NEW.reported_lat, NEW.datum);
        place := locate(NEW.geom, NEW.precision, NEW.reported_at);
        NEW.generation_id := place.generation_id;
        NEW.area_id := place.area_id;
        NEW.small_grid := place.small_grid;
        NEW.large_grid := place.large_grid;
        NEW.village := place.village;
        NEW.township := place.township;
        NEW.special_grid := place.special_grid;
        NEW.placement := place.placement;
        NEW.margin_m := place.margin_m;
    END IF;
    IF is_rerouted THEN
        way := route(NEW.item_code, NEW.geom, NEW.precision, NEW.township, NEW.reported_at);
        NEW.item_id := way.item_id;
        NEW.lead_unit_id := way.lead_unit_id;
        NEW.lead_rule := way.lead_rule;
        NEW.jurisdiction_id := way.jurisdiction_id;
        NEW.queue := way.queue;
        NEW.routing := way.why;
    END IF;
    IF is_reclocked THEN
        SELECT limit_value, limit_unit INTO item FROM responsibility_item WHERE id = NEW.item_id;
        IF NEW.stopped_at IS NOT NULL THEN
            -- Paused: no threshold can be crossed until the clock runs again.
            NEW.near_due_at := NULL;
            NEW.due_at := NULL;
            NEW.twice_due_at := NULL;
        ELSE
            -- Off the list there is no limit of the item's own: the ordinary one, three working days.
            SELECT d.near_due_at, d.due_at, d.twice_due_at INTO NEW.near_due_at, NEW.due_at, NEW.twice_due_at
            FROM due_times_of(NEW.reported_at, coalesce(item.limit_value, 3) + NEW.extension,
                coalesce(item.limit_unit, 'working_day'), NEW.stopped_s, NEW.target_at) d;
        END IF;
        NEW.is_provisional := NEW.target_at IS NULL AND NEW.stopped_at IS NULL
            AND is_due_provisional(NEW.due_at, coalesce(item.limit_unit, 'working_day'));
    END IF;
    IF open_now THEN
        NEW.resolved_at := NULL;
    ELSIF NEW.resolved_at IS NULL THEN
        NEW.resolved_at := coalesce(changed_at, acting_at());
    ELSIF changed_at IS NOT NULL AND OLD.resolved_at IS NULL THEN
        -- It was said when it closed; the pieces of the ledger follow one another, so not before the last of them began.
        NEW.resolved_at := greatest(NEW.resolved_at, (SELECT max(h.from_at) FROM incident_hold h WHERE h.incident_id = OLD.id));
    END IF;
    IF open_now AND (is_new OR NEW.status <> OLD.status) THEN
        NEW.queue := CASE WHEN NEW.status = 'disputed' THEN 'disputed'
            WHEN NEW.status IN ('reported', 'accepted', 'returned') OR (is_new AND NEW.lead_unit_id IS NULL) THEN NEW.queue END;
    END IF;
    -- Who holds it: see CENTRE_STATUSES in gridmap/domain/life_cycle.py. A closed one keeps its last holder.
    IF open_now THEN
        NEW.holder_unit_id := CASE
            WHEN NEW.queue IS NULL AND NEW.lead_unit_id IS NOT NULL
                AND NEW.status NOT IN ('reported', 'accepted', 'returned', 'disputed') THEN NEW.lead_unit_id
            ELSE centre_id END;
    ELSIF is_new THEN
        NEW.holder_unit_id := coalesce(NEW.lead_unit_id, centre_id);
    ELSE
        NEW.holder_unit_id := OLD.holder_unit_id;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION record_incident_insert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    by_whom CONSTANT text := coalesce(acting('actor'), current_user);
    by_role CONSTANT text := acting('role');
BEGIN
    -- The history says when it happened. Of a record that arrives open and on its way nobody knows when it got there: it
    -- was reported and is as it came. Of a closed one the closing is known.
    INSERT INTO incident_event (incident_id, at, kind, to_status, unit_id, area_id, actor, role)
    SELECT id, reported_at, 'reported', CASE WHEN resolved_at IS NULL THEN status ELSE 'reported' END, lead_unit_id, area_id,
           by_whom, by_role
    FROM new_row;
    INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, actor, role)
    SELECT id, resolved_at, 'status', 'reported', status, lead_unit_id, area_id, by_whom, by_role
    FROM new_row WHERE resolved_at IS NOT NULL;
    INSERT INTO incident_hold (incident_id, unit_id, kind, from_at, to_at)
    SELECT id, holder_unit_id, 'held', reported_at, greatest(coalesce(resolved_at, stopped_at), reported_at)
    FROM (SELECT id, holder_unit_id, reported_at, resolved_at, stopped_at FROM new_row) n
    WHERE coalesce(resolved_at, stopped_at) IS NOT NULL
    UNION ALL
    SELECT id, holder_unit_id, CASE WHEN stopped_at IS NULL THEN 'held' ELSE 'paused' END, coalesce(stopped_at, reported_at), NULL
    FROM new_row WHERE resolved_at IS NULL;
    IF acting('actor') IS NOT NULL THEN
        INSERT INTO incident_person (incident_id, part, staff_id, at)
        SELECT n.id, 'reporter', s.id, n.reported_at FROM new_row n JOIN staff s ON s.code = by_whom;
    END IF;
    INSERT INTO outbox (subject, subject_id) SELECT 'incident', id FROM new_row ORDER BY id;
    PERFORM pg_notify('gridmap', '');
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION record_incident_update() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    by_whom CONSTANT text := coalesce(acting('actor'), current_user);
    by_role CONSTANT text := acting('role');
    done CONSTANT text := acting('action');
    said CONSTANT text := coalesce(acting('note'), '');
    carried CONSTANT jsonb := acting('detail')::jsonb;
BEGIN
    INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, actor, role, action, note, detail)
    SELECT n.id,
           -- At the end it is said when; else it is now.
           CASE WHEN o.resolved_at IS NULL AND n.resolved_at IS NOT NULL THEN n.resolved_at
                ELSE change_instant(n.id, o.resolved_at) END,
           CASE WHEN n.status IS DISTINCT FROM o.status THEN 'status'
                WHEN n.generation_id IS DISTINCT FROM o.generation_id THEN 'rejoined'
                WHEN n.area_id IS DISTINCT FROM o.area_id THEN 'moved' ELSE 'routed' END,
           o.status, n.status, n.lead_unit_id, n.area_id, by_whom, by_role, coalesce(done, s.action), said, carried
    FROM new_row n JOIN old_row o USING (id)
    LEFT JOIN life_cycle_step s ON s.from_status = o.status AND s.to_status = n.status
    WHERE (n.status, n.area_id, n.lead_unit_id) IS DISTINCT FROM (o.status, o.area_id, o.lead_unit_id);
    -- A clock that was stopped, started or lengthened: the due time before and after.
    INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, actor, role, action, note, detail)
    SELECT n.id, change_instant(n.id, o.resolved_at), 'clock', o.status, n.status, n.lead_unit_id, n.area_id, by_whom, by_role, done, said,
           jsonb_build_object('former_due_at', o.due_at, 'due_at', n.due_at, 'extension', n.extension, 'stopped_s', n.stopped_s)
    FROM new_row n JOIN old_row o USING (id)
    WHERE (n.extension, n.stopped_s, n.stopped_at, n.target_at) IS DISTINCT FROM (o.extension, o.stopped_s, o.stopped_at, o.target_at);
    INSERT INTO incident_person (incident_id, part, staff_id, at)
    SELECT n.id, CASE WHEN s.action IN ('start', 'resolve') THEN 'handler' ELSE 'verifier' END, p.id, change_instant(n.id, o.resolved_at)
    FROM new_row n JOIN old_row o USING (id)
    JOIN life_cycle_step s ON s.from_status = o.status AND s.to_status = n.status
        AND s.action IN ('start', 'resolve', 'verify', 'send_back')
    JOIN staff p ON p.code = acting('actor')
    ON CONFLICT (incident_id, part, staff_id) DO NOTHING;
    PERFORM book_incident_hold(n.id, o.reported_at, n.reported_at, o.resolved_at, n.resolved_at,
            CASE WHEN o.resolved_at IS NULL THEN o.holder_unit_id END, n.holder_unit_id, o.status = 'paused', n.status = 'paused')
    FROM new_row n JOIN old_row o USING (id)
    WHERE (n.reported_at, n.resolved_at, n.holder_unit_id, n.status = 'paused')
        IS DISTINCT FROM (o.reported_at, o.resolved_at, o.holder_unit_id, o.status = 'paused');
    INSERT INTO outbox (subject, subject_id)
    SELECT 'incident', n.id FROM new_row n JOIN old_row o USING (id) WHERE n.version <> o.version ORDER BY n.id;
    IF FOUND THEN
        PERFORM pg_notify('gridmap', '');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION book_incident_hold(booked_id bigint, was_reported_at timestamptz, is_reported_at timestamptz,
                                   was_resolved_at timestamptz, is_resolved_at timestamptz,
                                   was_unit_id integer, is_unit_id integer, was_paused boolean, is_paused boolean)
    RETURNS void LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    booked_at timestamptz := change_instant(booked_id, was_resolved_at);
BEGIN
    IF is_reported_at <> was_reported_at THEN
        -- The report was corrected: pieces before it vanish, the first begins with it.
        DELETE FROM incident_hold h WHERE h.incident_id = booked_id AND h.to_at <= is_reported_at;
        UPDATE incident_hold h SET from_at = is_reported_at WHERE h.id = (
            SELECT f.id FROM incident_hold f WHERE f.incident_id = booked_id ORDER BY f.from_at, f.id LIMIT 1);
        booked_at := greatest(booked_at, is_reported_at);
    END IF;
    IF is_resolved_at IS NOT NULL THEN
        IF was_resolved_at IS NULL THEN
            UPDATE incident_hold h SET to_at = greatest(is_resolved_at, h.from_at)
            WHERE h.incident_id = booked_id AND h.to_at IS NULL;
        ELSIF is_resolved_at <> was_resolved_at THEN
            -- The closing was corrected.
            UPDATE incident_hold h SET to_at = greatest(is_resolved_at, h.from_at) WHERE h.id = (
                SELECT l.id FROM incident_hold l WHERE l.incident_id = booked_id ORDER BY l.from_at DESC, l.id DESC LIMIT 1);
        END IF;
        RETURN;
    END IF;
    IF was_resolved_at IS NOT NULL THEN
        INSERT INTO incident_hold (incident_id, unit_id, kind, from_at, to_at)
        VALUES (booked_id, NULL, 'closed', was_resolved_at, booked_at);
    ELSIF was_unit_id IS NOT DISTINCT FROM is_unit_id AND was_paused = is_paused THEN
        RETURN;
    ELSE
        DELETE FROM incident_hold h WHERE h.incident_id = booked_id AND h.to_at IS NULL AND h.from_at >= booked_at;
        UPDATE incident_hold h SET to_at = booked_at WHERE h.incident_id = booked_id AND h.to_at IS NULL;
    END IF;
    INSERT INTO incident_hold (incident_id, unit_id, kind, from_at)
    VALUES (booked_id, is_unit_id, CASE WHEN is_paused THEN 'paused' ELSE 'held' END, booked_at);
END $$;
COMMENT ON FUNCTION book_incident_hold IS 'End the piece of the ledger that went on, and begin the one that an update of the incident brings.';

-- The ledger with its working seconds. Names are qualified and the working time is looked up in place, not by function, so
-- that a query for one incident reads that incident alone, and one for all does not call 100,000 functions.
CREATE FUNCTION ledger_between(since timestamptz, until timestamptz)
    RETURNS TABLE (incident_id bigint, unit_id integer, kind text, from_at timestamptz, to_at timestamptz,
                   working_s double precision, overdue_s double precision, goes_on boolean)
    LANGUAGE sql STABLE
AS $$
    SELECT p.incident_id, p.unit_id, p.kind, p.cut_from, p.cut_to,
           round((t.w - f.w)::numeric, 6)::double precision,
           -- Without a due time it is paused, which only what is not overdue can be, or due beyond the calendar.
           CASE WHEN p.kind = 'held' AND d.w IS NOT NULL
                THEN greatest(round((t.w - greatest(f.w, d.w - p.shift_working_s))::numeric, 6)::double precision, 0)
                ELSE 0 END,
           p.to_at IS NULL OR p.to_at > until
    FROM (
        SELECT h.incident_id, h.unit_id, h.kind, h.from_at, h.to_at,
               greatest(h.from_at, since) AS cut_from, least(coalesce(h.to_at, until), until) AS cut_to,
               -- The due time as it stood in this piece: the clock stood afterwards, and that moved it.
               i.due_at - make_interval(secs => CASE WHEN i.target_at IS NULL AND r.limit_unit = 'calendar_day'
                   THEN coalesce(sum(c.stopped_plain_s) OVER later, 0) ELSE 0 END) AS due_at,
               CASE WHEN i.target_at IS NULL AND coalesce(r.limit_unit, '') <> 'calendar_day'
                   THEN coalesce(sum(c.stopped_working_s) OVER later, 0) ELSE 0 END AS shift_working_s
        FROM gridmap.incident_hold h
        JOIN gridmap.incident i ON i.id = h.incident_id
        LEFT JOIN gridmap.responsibility_item r ON r.id = i.item_id
        LEFT JOIN LATERAL (
            SELECT extract(epoch FROM h.to_at - h.from_at)::double precision AS stopped_plain_s,
                   gridmap.clock_seconds_between(h.from_at, h.to_at, NULL) AS stopped_working_s
            WHERE h.kind <> 'held' AND h.to_at IS NOT NULL) c ON true
        WINDOW later AS (PARTITION BY h.incident_id ORDER BY h.from_at, h.id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ) p
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.cut_from, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.cut_from ORDER BY w.starts_at DESC LIMIT 1) f
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.cut_to, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.cut_to ORDER BY w.starts_at DESC LIMIT 1) t
    LEFT JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.due_at, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.due_at ORDER BY w.starts_at DESC LIMIT 1) d ON true
    WHERE p.from_at <= until AND (p.to_at IS NULL OR p.to_at > since)
$$;
COMMENT ON FUNCTION ledger_between IS 'The pieces of the ledger between two instants, cut to them, with their working seconds and those of them '
    'after the due time. Who held it is null for the command centre, and for closed time, which is nobody''s.';

CREATE FUNCTION ledger_at(instant timestamptz)
    RETURNS TABLE (incident_id bigint, unit_id integer, kind text, from_at timestamptz, to_at timestamptz,
                   working_s double precision, overdue_s double precision, goes_on boolean)
    LANGUAGE sql STABLE
    AS $$ SELECT * FROM gridmap.ledger_between('-infinity', instant) $$;
COMMENT ON FUNCTION ledger_at IS 'The ledger as it stood at an instant.';

CREATE VIEW incident_ledger AS SELECT * FROM ledger_at(now());
COMMENT ON VIEW incident_ledger IS 'The ledger as of now.';

CREATE VIEW incident_clock AS
SELECT i.id AS incident_id, 'dispatch' AS kind, centre_unit_id() AS unit_id, i.reported_at AS starts_at, d.near_due_at, d.due_at,
       coalesce(e.at, i.resolved_at) AS stopped_at,
       e.at IS NULL AND i.status IN ('reported', 'accepted') AS is_running
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
COMMENT ON VIEW incident_clock IS 'The clocks of an incident, each of the unit that it runs against: dispatch and handling from the report, call-back from the '
    'closing. stopped_at of the dispatch clock of a record that came on its way is not known.';

-- What was stored before: held by the command centre until the first dispatch that the history knows, then by the unit.
ALTER TABLE incident DISABLE TRIGGER USER;
UPDATE incident i SET
    holder_unit_id = CASE WHEN s.is_open AND i.status IN ('reported', 'accepted', 'returned', 'disputed') THEN centre_unit_id()
        ELSE coalesce(i.lead_unit_id, centre_unit_id()) END,
    stopped_at = CASE WHEN i.status = 'paused' THEN coalesce(i.stopped_at, greatest(now(), i.reported_at)) END,
    queue = CASE WHEN s.is_open AND i.status = 'disputed' THEN 'disputed'
        WHEN s.is_open AND i.lead_unit_id IS NULL THEN (SELECT q.queue FROM queue q WHERE q.queue = i.lead_rule) END
FROM incident_status s WHERE s.status = i.status;
ALTER TABLE incident ENABLE TRIGGER USER;
INSERT INTO incident_hold (incident_id, unit_id, kind, from_at, to_at)
SELECT i.id, CASE WHEN p.number = 1 THEN centre_unit_id() ELSE i.holder_unit_id END, 'held',
       CASE WHEN p.number = 1 THEN i.reported_at ELSE coalesce(d.at, i.reported_at) END,
       CASE WHEN p.number = 1 THEN d.at WHEN coalesce(i.resolved_at, i.stopped_at) IS NULL THEN NULL
            ELSE greatest(coalesce(i.resolved_at, i.stopped_at), i.reported_at) END
FROM incident i
LEFT JOIN LATERAL (
    SELECT min(v.at) AS at FROM incident_event v
    WHERE v.incident_id = i.id AND v.kind = 'status' AND v.to_status = 'dispatched' AND v.at > i.reported_at
      AND v.at < coalesce(i.resolved_at, i.stopped_at, 'infinity')
      AND i.holder_unit_id IS DISTINCT FROM centre_unit_id()) d ON true
CROSS JOIN (VALUES (1), (2)) AS p (number)
WHERE p.number = 2 OR d.at IS NOT NULL;
INSERT INTO incident_hold (incident_id, unit_id, kind, from_at)
SELECT id, holder_unit_id, 'paused', stopped_at FROM incident WHERE stopped_at IS NOT NULL;
