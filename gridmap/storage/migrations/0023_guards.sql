-- What triggers derive and write is not changed by hand: no due time, no piece of the ledger, no line of the history, no deleted row.
-- What the program does as a whole (a new calendar, new boundaries, a history that is loaded, the demonstration that is renewed) says
-- so for its transaction: set_config('gridmap.maintenance', 'on', true), see gridmap/storage/maintenance.py.

CREATE FUNCTION refuse_derived_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    said text;
BEGIN
    SELECT string_agg(format('%s follows from %s', f.names, f.door), '; ') INTO said
    FROM (
        SELECT d.door, string_agg(n.key, ', ' ORDER BY n.key) AS names
        FROM jsonb_each(to_jsonb(NEW)) n
        JOIN jsonb_each(to_jsonb(OLD)) o ON o.key = n.key AND o.value <> n.value
        JOIN (VALUES
            ('the report (reported_at), the item (item_code), an extension, target_at and the calendar: change those, or the clock with '
             'gridmap calendar clock', ARRAY['near_due_at', 'due_at', 'twice_due_at', 'is_provisional']),
            ('what was done with it: use the actions of the life cycle (gridmap transition)',
             ARRAY['holder_unit_id', 'stopped_s', 'stopped_at', 'returns', 'extended_at', 'version']),
            ('the point: change reported_lon, reported_lat, datum or precision', ARRAY['generation_id', 'area_id', 'small_grid',
             'large_grid', 'village', 'township', 'special_grid', 'placement', 'margin_m']),
            ('the item and the place by the responsibility list: change item_code, dispatch it to another unit (gridmap transition), or '
             'route its queue anew (gridmap reroute)', ARRAY['item_id', 'queue', 'routing', 'lead_rule', 'jurisdiction_id'])
        ) AS d (door, columns) ON n.key = ANY (d.columns)
        GROUP BY d.door
    ) f;
    RAISE restrict_violation USING MESSAGE = format('incident %s: not set by hand: %s', OLD.id, said);
END $$;
-- Not asked where a statement leaves these columns alone; what other triggers set does not come by here.
CREATE TRIGGER incident_derived BEFORE UPDATE OF generation_id, area_id, small_grid, large_grid, village, township, special_grid,
    placement, margin_m, item_id, queue, routing, holder_unit_id, near_due_at, due_at, twice_due_at, is_provisional, stopped_s,
    stopped_at, returns, extended_at, version
    ON incident FOR EACH ROW
    WHEN (current_setting('gridmap.maintenance', true) IS DISTINCT FROM 'on'
          AND (OLD.generation_id, OLD.area_id, OLD.small_grid, OLD.large_grid, OLD.village, OLD.township, OLD.special_grid,
               OLD.placement, OLD.margin_m, OLD.item_id, OLD.queue, OLD.routing, OLD.holder_unit_id, OLD.near_due_at, OLD.due_at,
               OLD.twice_due_at, OLD.is_provisional, OLD.stopped_s, OLD.stopped_at, OLD.returns, OLD.extended_at, OLD.version)
              IS DISTINCT FROM
              (NEW.generation_id, NEW.area_id, NEW.small_grid, NEW.large_grid, NEW.village, NEW.township, NEW.special_grid,
               NEW.placement, NEW.margin_m, NEW.item_id, NEW.queue, NEW.routing, NEW.holder_unit_id, NEW.near_due_at, NEW.due_at,
               NEW.twice_due_at, NEW.is_provisional, NEW.stopped_s, NEW.stopped_at, NEW.returns, NEW.extended_at, NEW.version))
    EXECUTE FUNCTION refuse_derived_change();
CREATE TRIGGER incident_derived_lead BEFORE UPDATE OF lead_rule, jurisdiction_id ON incident FOR EACH ROW
    WHEN (current_setting('gridmap.maintenance', true) IS DISTINCT FROM 'on' AND NEW.lead_unit_id IS NOT DISTINCT FROM OLD.lead_unit_id
          AND (OLD.lead_rule, OLD.jurisdiction_id) IS DISTINCT FROM (NEW.lead_rule, NEW.jurisdiction_id))
    EXECUTE FUNCTION refuse_derived_change();

CREATE FUNCTION note_assignment() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    NEW.lead_rule := 'assigned';
    NEW.jurisdiction_id := NULL;
    RETURN NEW;
END $$;
-- Who is given a lead by whatever statement has it by hand, and not by the rule that the former one had it by.
CREATE TRIGGER incident_assigned BEFORE UPDATE OF lead_unit_id ON incident FOR EACH ROW
    WHEN (current_setting('gridmap.maintenance', true) IS DISTINCT FROM 'on'
          AND NEW.lead_unit_id IS NOT NULL AND NEW.lead_unit_id IS DISTINCT FROM OLD.lead_unit_id)
    EXECUTE FUNCTION note_assignment();

CREATE FUNCTION refuse_by_hand() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    -- Depth above 1: written by the triggers of another table.
    IF pg_trigger_depth() = 1 AND current_setting('gridmap.maintenance', true) IS DISTINCT FROM 'on' THEN
        RAISE restrict_violation USING MESSAGE = format('%s: %s is refused: %s', TG_TABLE_NAME, TG_OP, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incident_is_kept BEFORE DELETE OR TRUNCATE ON incident EXECUTE FUNCTION refuse_by_hand(
    'an incident stays, with its history: reject it or merge it, and say why (gridmap transition)');
CREATE TRIGGER incident_event_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON incident_event EXECUTE FUNCTION refuse_by_hand(
    'the history only grows: what was wrong is put right by a further action, which is a line of its own');
CREATE TRIGGER incident_hold_is_kept BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON incident_hold EXECUTE FUNCTION refuse_by_hand(
    'the ledger is written when an incident changes: act on the incident (gridmap transition), or correct its reported_at or resolved_at');
CREATE TRIGGER incident_person_is_kept BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON incident_person EXECUTE FUNCTION refuse_by_hand(
    'who did which part is written when somebody acts on the incident (gridmap transition)');
