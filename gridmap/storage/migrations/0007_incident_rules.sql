-- Whatever door a row comes by, it is placed, routed, given its due times, numbered and announced in its own transaction.

CREATE FUNCTION apply_incident_rules() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    is_new CONSTANT boolean := TG_OP = 'INSERT';
    is_moved boolean := TG_OP = 'INSERT';
    is_rerouted boolean := TG_OP = 'INSERT';
    place location;
    way routing;
    item record;
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
        SELECT limit_value, limit_unit INTO item FROM responsibility_item WHERE id = NEW.item_id;
        -- Off the list there is no limit of the item's own: the ordinary one, three working days.
        SELECT d.near_due_at, d.due_at, d.twice_due_at INTO NEW.near_due_at, NEW.due_at, NEW.twice_due_at
        FROM due_times(NEW.reported_at, coalesce(item.limit_value, 3), coalesce(item.limit_unit, 'working_day')) d;
        NEW.is_provisional := coalesce(item.limit_unit, 'working_day') <> 'calendar_day'
            AND coalesce(NEW.due_at > calendar_known_until(), true);
    END IF;
    IF open_now THEN
        NEW.resolved_at := NULL;
    ELSIF NEW.resolved_at IS NULL THEN
        NEW.resolved_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_rules BEFORE INSERT OR UPDATE ON incident FOR EACH ROW EXECUTE FUNCTION apply_incident_rules();

CREATE FUNCTION record_incident_insert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    -- The history says when it happened. Of a record that arrives open and on its way nobody knows when it got there: it
    -- was reported and is as it came. Of a closed one the closing is known.
    INSERT INTO incident_event (incident_id, at, kind, to_status, unit_id, area_id)
    SELECT id, reported_at, 'reported', CASE WHEN resolved_at IS NULL THEN status ELSE 'reported' END, lead_unit_id, area_id
    FROM new_row;
    INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id)
    SELECT id, resolved_at, 'status', 'reported', status, lead_unit_id, area_id FROM new_row WHERE resolved_at IS NOT NULL;
    INSERT INTO outbox (subject, subject_id) SELECT 'incident', id FROM new_row ORDER BY id;
    PERFORM pg_notify('gridmap', '');
    RETURN NULL;
END $$;
CREATE TRIGGER incident_record_insert AFTER INSERT ON incident REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_incident_insert();

CREATE FUNCTION record_incident_update() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    INSERT INTO incident_event (incident_id, kind, from_status, to_status, unit_id, area_id)
    SELECT n.id,
           CASE WHEN n.status IS DISTINCT FROM o.status THEN 'status'
                WHEN n.generation_id IS DISTINCT FROM o.generation_id THEN 'rejoined'
                WHEN n.area_id IS DISTINCT FROM o.area_id THEN 'moved' ELSE 'routed' END,
           o.status, n.status, n.lead_unit_id, n.area_id
    FROM new_row n JOIN old_row o USING (id)
    WHERE (n.status, n.area_id, n.lead_unit_id) IS DISTINCT FROM (o.status, o.area_id, o.lead_unit_id);
    INSERT INTO outbox (subject, subject_id)
    SELECT 'incident', n.id FROM new_row n JOIN old_row o USING (id) WHERE n.version <> o.version ORDER BY n.id;
    IF FOUND THEN
        PERFORM pg_notify('gridmap', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incident_record_update AFTER UPDATE ON incident REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_incident_update();

CREATE FUNCTION record_incident_delete() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    INSERT INTO outbox (subject, subject_id) SELECT 'incident', id FROM old_row ORDER BY id;
    PERFORM pg_notify('gridmap', '');
    RETURN NULL;
END $$;
CREATE TRIGGER incident_record_delete AFTER DELETE ON incident REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION record_incident_delete();

-- What is answered about an incident, at its insert and ever after.
CREATE VIEW incident_answer AS
SELECT i.id, i.source_key, i.channel, i.item_code, i.title, i.address, i.reported_lon, i.reported_lat, i.datum,
       i.precision, i.reported_at, i.received_at, i.status, i.resolved_at,
       ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat, i.small_grid, i.large_grid, i.village, i.township, i.special_grid,
       i.placement, i.margin_m, u.code AS unit_code, u.name AS unit_name, u.letter AS unit_letter, i.lead_rule,
       i.near_due_at, i.due_at, i.twice_due_at, i.is_provisional, i.version, r.name AS item_name,
       -- As gridmap.domain.lateness: a threshold belongs to the state that it opens; a closed incident keeps its last.
       CASE WHEN coalesce(i.resolved_at, now()) >= i.twice_due_at THEN 'twice_overdue'
            WHEN coalesce(i.resolved_at, now()) >= i.due_at THEN 'overdue'
            WHEN coalesce(i.resolved_at, now()) >= i.near_due_at THEN 'near_due'
            ELSE 'on_time' END AS lateness,
       i.area_id, i.lead_unit_id
FROM incident i
LEFT JOIN unit u ON u.id = i.lead_unit_id
LEFT JOIN responsibility_item r ON r.id = i.item_id;
