-- A stage of a limit moves with an extension and a standstill, but for one that was past by then: docs/clocks.md.

ALTER TABLE incident ADD COLUMN extended_at timestamptz;
COMMENT ON COLUMN incident.extended_at IS 'When the extension was granted; null for none, and for a record that came extended.';

CREATE FUNCTION note_extension() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    NEW.extended_at := CASE WHEN NEW.extension > 0 THEN change_instant(OLD.id, OLD.resolved_at) END;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_extended BEFORE UPDATE OF extension ON incident FOR EACH ROW
    WHEN (NEW.extension <> OLD.extension) EXECUTE FUNCTION note_extension();

ALTER TABLE incident DISABLE TRIGGER USER;
UPDATE incident i SET extended_at = e.at
FROM (SELECT v.incident_id, max(v.at) AS at FROM incident_event v
      WHERE v.kind = 'status' AND v.from_status = 'handling' AND v.to_status = 'extended' GROUP BY v.incident_id) e
WHERE e.incident_id = i.id AND i.extension > 0;
ALTER TABLE incident ENABLE TRIGGER USER;

CREATE FUNCTION stage_times(of_incident_id bigint, reported timestamptz, limit_value numeric, limit_unit text,
                            extension numeric, extension_unit text, extended_at timestamptz, came_stopped_s double precision,
                            OUT near_due_at timestamptz, OUT due_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
-- The same rule as gridmap.domain.due_stages; a test holds both to the same instant.
DECLARE
    is_extended boolean := extension > 0 AND extended_at IS NULL;
    stopped_s double precision := 0;
    is_alike CONSTANT boolean := extension_unit = limit_unit;
    more_s CONSTANT double precision := extension::double precision * CASE extension_unit
        WHEN 'working_hour' THEN 3600 WHEN 'calendar_day' THEN 86400
        ELSE (SELECT value::double precision FROM setting WHERE name = 'working_day_s') END;
    happened record;
BEGIN
    IF NOT EXISTS (SELECT FROM incident_hold h WHERE h.incident_id = of_incident_id AND h.kind <> 'held' AND h.to_at IS NOT NULL) THEN
        stopped_s := came_stopped_s;
    END IF;
    FOR happened IN
        SELECT h.from_at AS at, h.to_at FROM incident_hold h
        WHERE h.incident_id = of_incident_id AND h.kind <> 'held' AND h.to_at IS NOT NULL
        UNION ALL
        SELECT stage_times.extended_at, NULL WHERE extension > 0 AND stage_times.extended_at IS NOT NULL
        UNION ALL
        SELECT NULL, NULL
        ORDER BY 1 NULLS LAST, 2 NULLS FIRST
    LOOP
        SELECT d.near_due_at, d.due_at INTO stage_times.near_due_at, stage_times.due_at
        FROM due_times_of(reported, limit_value + CASE WHEN is_extended AND is_alike THEN extension ELSE 0 END, limit_unit,
                          stopped_s, NULL) d;
        IF is_extended AND NOT is_alike THEN
            -- An extension in another unit than the stage moves it on by so much.
            near_due_at := CASE extension_unit WHEN 'calendar_day' THEN near_due_at + make_interval(secs => more_s)
                ELSE add_working_time(near_due_at, more_s) END;
            due_at := CASE extension_unit WHEN 'calendar_day' THEN due_at + make_interval(secs => more_s)
                ELSE add_working_time(due_at, more_s) END;
        END IF;
        EXIT WHEN happened.at IS NULL OR due_at <= happened.at;
        IF happened.to_at IS NULL THEN
            is_extended := true;
        ELSIF limit_unit = 'calendar_day' THEN
            stopped_s := stopped_s + extract(epoch FROM happened.to_at - happened.at)::double precision;
        ELSE
            stopped_s := stopped_s + working_seconds_at(happened.to_at) - working_seconds_at(happened.at);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION stage_times IS 'When a stage is near due and due: from the report, moved on by each extension and standstill that began before it was due.';

CREATE OR REPLACE VIEW incident_stage AS
SELECT i.id AS incident_id, s.number, s.name, s.limit_value, s.limit_unit,
       CASE WHEN i.stopped_at IS NULL OR d.due_at <= i.stopped_at THEN d.near_due_at END AS near_due_at,
       CASE WHEN i.stopped_at IS NULL OR d.due_at <= i.stopped_at THEN d.due_at END AS due_at,
       (i.stopped_at IS NULL OR coalesce(d.due_at <= i.stopped_at, false)) AND is_due_provisional(d.due_at, s.limit_unit) AS is_provisional
FROM incident i
JOIN responsibility_item r ON r.id = i.item_id
JOIN responsibility_stage s ON s.item_id = i.item_id
CROSS JOIN LATERAL stage_times(i.id, i.reported_at, s.limit_value, s.limit_unit, i.extension, r.limit_unit, i.extended_at, i.stopped_s) d;
COMMENT ON VIEW incident_stage IS 'When each stage of the item of an incident is due, from the report, moved on by what came before it was due; no instant '
    'for those that its clock stands before.';
