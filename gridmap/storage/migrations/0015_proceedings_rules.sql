-- Rules of orders, disputes, calls, supervision, call-backs and merging, that hold whatever door a change comes by.

INSERT INTO setting VALUES
    ('dispute_limit', '3 working_day'), ('orders_at_dispatch', 'none'),
    ('call_clock', 'call'), ('call_respond_limit', '30 minute'), ('call_arrive_limit', '2 hour'),
    ('expert_respond_limit', '4 working_hour'), ('expert_arrive_limit', '1 working_day'),
    ('supervision_reminder', '0.75'), ('supervision_yellow', '1'), ('supervision_red', '2'), ('supervision_black', '3'),
    ('supervision_black_reds', '3'), ('supervision_black_days', '30'),
    ('call_back_attempts', '3'),
    ('duplicate_distance_m', '200'), ('duplicate_days', '7')
ON CONFLICT (name) DO NOTHING;

CREATE FUNCTION span_end(start timestamptz, span text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT CASE split_part(span, ' ', 2)
        WHEN 'minute' THEN start + make_interval(secs => split_part(span, ' ', 1)::double precision * 60)
        WHEN 'hour' THEN start + make_interval(secs => split_part(span, ' ', 1)::double precision * 3600)
        ELSE (due_times(start, split_part(span, ' ', 1)::numeric, split_part(span, ' ', 2))).due_at
    END
$$;
COMMENT ON FUNCTION span_end IS 'When a span such as 30 minute or 1 working_day is over; null where the calendar does not reach.';

CREATE FUNCTION acting_staff_id() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    AS $$ SELECT id FROM staff WHERE code = acting('actor') $$;

-- Orders.

DROP INDEX work_order_unit;
-- A finished order does not stand in the way of another after a reopening.
CREATE UNIQUE INDEX work_order_running ON work_order (incident_id, unit_id) WHERE finished_at IS NULL;
CREATE UNIQUE INDEX work_order_one_lead ON work_order (incident_id) WHERE finished_at IS NULL AND role = 'lead';
CREATE INDEX work_order_incident ON work_order (incident_id, id);
COMMENT ON COLUMN work_order.due_at IS 'Given by hand; null: the due time of the incident, whatever moves it.';

CREATE FUNCTION unit_of_type(wanted_type text, point geometry, point_precision text, in_township text, instant timestamptz)
    RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT unit_id FROM (
        SELECT 1 AS rank, j.code, j.unit_id
        FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
        WHERE u.unit_type = wanted_type AND point_precision IN ('exact', 'building') AND ST_Intersects(j.geom, point)
          AND (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date >= j.valid_from
          AND (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date < j.valid_to
        UNION ALL
        SELECT CASE u.level WHEN 'township' THEN 2 ELSE 3 END, u.code, u.id FROM unit u
        WHERE u.unit_type = wanted_type AND (u.level = 'county' OR u.township_code = in_township)
    ) found ORDER BY rank, code COLLATE "C" LIMIT 1
$$;
COMMENT ON FUNCTION unit_of_type IS 'The unit of a type that assists at a place: by jurisdiction, else township, else county.';

CREATE FUNCTION make_work_orders(of_incident bigint, instant timestamptz) RETURNS integer LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    made integer;
BEGIN
    WITH matter AS (
        SELECT i.*, u.unit_type AS lead_type FROM incident i JOIN unit u ON u.id = i.lead_unit_id WHERE i.id = of_incident
    ), party AS (
        SELECT p.item_id, p.unit_type FROM responsibility_party p JOIN matter m USING (item_id) WHERE p.role = 'assist'
        UNION SELECT d.item_id, d.unit_type FROM responsibility_duty d JOIN matter m USING (item_id) WHERE d.role = 'assist'
    ), wanted AS (
        SELECT m.lead_unit_id AS unit_id, 'lead' AS role, m.lead_type AS unit_type FROM matter m
        UNION ALL
        -- The routing has resolved them already; an incident from before it kept them is resolved here.
        SELECT (a.value ->> 'unit_id')::integer, 'assist', a.value ->> 'unit_type'
        FROM matter m CROSS JOIN LATERAL jsonb_array_elements(m.routing -> 'assists') a
        UNION ALL
        SELECT unit_of_type(p.unit_type, m.geom, m.precision, m.township, m.reported_at), 'assist', p.unit_type
        FROM matter m JOIN party p USING (item_id)
        WHERE m.routing -> 'assists' IS NULL
    ), named AS (
        -- A unit that leads does not assist itself.
        SELECT DISTINCT ON (unit_id) unit_id, role, unit_type FROM wanted WHERE unit_id IS NOT NULL
        ORDER BY unit_id, role DESC, unit_type
    )
    INSERT INTO work_order (incident_id, unit_id, role, duties, ordered_at)
    SELECT of_incident, n.unit_id, n.role,
           ARRAY(SELECT d.duty FROM responsibility_duty d JOIN matter m USING (item_id)
                 WHERE d.role = n.role AND d.unit_type = n.unit_type AND d.duty <> '' ORDER BY d.number),
           instant
    FROM named n
    ORDER BY n.role DESC, n.unit_id
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;
COMMENT ON FUNCTION make_work_orders IS 'Order what the list says: its lead and its assistants, each with its duties. Those that run stay.';

CREATE FUNCTION check_orders_done() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    running text;
BEGIN
    SELECT string_agg(u.name, ', ' ORDER BY u.code) INTO running
    FROM work_order o JOIN unit u ON u.id = o.unit_id
    WHERE o.incident_id = NEW.id AND o.role = 'assist' AND o.finished_at IS NULL;
    IF running IS NOT NULL THEN
        RAISE check_violation USING COLUMN = 'status', MESSAGE = format(
            'incident %s can''t be resolved: the orders of %s are open. They finish them, or the lead overrides them with a reason.',
            NEW.id, running);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_orders_done BEFORE UPDATE OF status ON incident FOR EACH ROW
    WHEN (NEW.status = 'resolved' AND OLD.status <> 'resolved') EXECUTE FUNCTION check_orders_done();

-- Merging.

CREATE FUNCTION check_merge() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    following bigint := NEW.merged_into_id;
BEGIN
    IF OLD.status = 'merged' AND NEW.status <> 'merged' THEN
        NEW.merged_into_id := NULL;
        RETURN NEW;
    END IF;
    WHILE following IS NOT NULL LOOP
        IF following = NEW.id THEN
            RAISE check_violation USING COLUMN = 'merged_into_id', MESSAGE = format(
                'incident %s can''t be merged into %s, which is itself merged into %s.', NEW.id, NEW.merged_into_id, NEW.id);
        END IF;
        SELECT merged_into_id INTO following FROM incident WHERE id = following;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_merge BEFORE UPDATE OF status, merged_into_id ON incident FOR EACH ROW
    WHEN (NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id OR (OLD.status = 'merged' AND NEW.status <> 'merged'))
    EXECUTE FUNCTION check_merge();

-- Disputes: there is an open one exactly while its incident is disputed.

ALTER TABLE dispute
    ADD COLUMN dropped_at timestamptz,
    ADD COLUMN precedent_id bigint REFERENCES dispute ON DELETE SET NULL,
    ADD CHECK (dropped_at IS NULL OR decided_at IS NULL);
COMMENT ON COLUMN dispute.dropped_at IS 'The incident left the dispute by another way: merged or rejected.';
COMMENT ON COLUMN dispute.precedent_id IS 'The earlier decision that this one follows.';
DROP INDEX dispute_one_open;
CREATE UNIQUE INDEX dispute_one_open ON dispute (incident_id) WHERE decided_at IS NULL AND dropped_at IS NULL;
CREATE INDEX dispute_opened ON dispute (opened_at);

CREATE VIEW dispute_named AS
SELECT d.id, d.incident_id, d.opened_at, o.code AS opened_by, d.cause, d.reason, d.due_at, d.panel, d.decided_at,
       j.code AS decided_by, u.code AS decided_unit_code, u.name AS decided_unit_name, d.decision, d.item_code, d.township,
       d.is_precedent, d.precedent_id, d.dropped_at, d.version
FROM dispute d LEFT JOIN staff o ON o.id = d.opened_by LEFT JOIN staff j ON j.id = d.decided_by
    LEFT JOIN unit u ON u.id = d.decided_unit_id;
COMMENT ON VIEW dispute_named IS 'Disputes with the codes of the people and of the unit, in place of their ids.';

-- Call-backs.

ALTER TABLE call_back ADD CHECK (is_satisfied IS NOT FALSE OR note <> '');

CREATE FUNCTION follow_incident() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    instant CONSTANT timestamptz := acting_at();
    changed record;
    acted text[];
BEGIN
    -- Most changes are of one row; what does not concern any of this costs one pass over the rows of the statement.
    FOR changed IN
        SELECT n.id, o.status AS from_status, n.status, n.lead_unit_id, o.lead_unit_id AS from_unit_id, n.returns,
               n.item_code, n.township, s.is_open
        FROM new_row n JOIN old_row o USING (id) JOIN incident_status s ON s.status = n.status
        WHERE n.status <> o.status
           OR (n.lead_unit_id IS DISTINCT FROM o.lead_unit_id
               AND EXISTS (SELECT FROM work_order w WHERE w.incident_id = n.id AND w.finished_at IS NULL))
        ORDER BY n.id
    LOOP
        IF NOT changed.is_open THEN
            UPDATE work_order w SET
                status = CASE WHEN changed.status = 'resolved' THEN 'done' ELSE 'withdrawn' END,
                finished_at = instant, version = version + 1,
                result = CASE WHEN changed.status = 'resolved' THEN coalesce(acting('note'), w.result) ELSE w.result END,
                reason = CASE WHEN changed.status = 'resolved' THEN w.reason ELSE 'incident ' || changed.status END
            WHERE w.incident_id = changed.id AND w.finished_at IS NULL;
        ELSIF changed.lead_unit_id IS DISTINCT FROM changed.from_unit_id THEN
            WITH former AS (
                UPDATE work_order w SET status = 'withdrawn', finished_at = instant, version = version + 1,
                    reason = 'another unit leads'
                WHERE w.incident_id = changed.id AND w.finished_at IS NULL
                  AND (w.role = 'lead' OR w.unit_id = changed.lead_unit_id)
                RETURNING w.role
            ) SELECT array_agg(role) INTO acted FROM former;
            IF 'lead' = ANY (acted) AND changed.lead_unit_id IS NOT NULL THEN
                INSERT INTO work_order (incident_id, unit_id, role, duties, ordered_at)
                SELECT changed.id, changed.lead_unit_id, 'lead', '{}', instant;
            END IF;
        END IF;

        IF changed.status = 'acknowledged' THEN
            UPDATE work_order w SET status = 'acknowledged', acknowledged_at = instant, version = version + 1
            WHERE w.incident_id = changed.id AND w.role = 'lead' AND w.status = 'open';
        ELSIF changed.status = 'dispatched' AND changed.from_status <> 'dispatched'
           AND (SELECT value FROM setting WHERE name = 'orders_at_dispatch') = 'assisted'
           AND EXISTS (SELECT FROM responsibility_duty d JOIN incident i USING (item_id)
                       WHERE i.id = changed.id AND d.role = 'assist') THEN
            PERFORM make_work_orders(changed.id, instant);
        END IF;

        IF changed.from_status = 'disputed' AND changed.status <> 'disputed' THEN
            UPDATE dispute SET
                decided_at = CASE WHEN changed.is_open AND changed.lead_unit_id IS NOT NULL THEN instant END,
                decided_by = CASE WHEN changed.is_open THEN acting_staff_id() END,
                decided_unit_id = CASE WHEN changed.is_open THEN changed.lead_unit_id END,
                decision = CASE WHEN changed.is_open THEN coalesce(acting('note'), '') ELSE decision END,
                dropped_at = CASE WHEN changed.is_open AND changed.lead_unit_id IS NOT NULL THEN NULL ELSE instant END,
                version = version + 1
            WHERE incident_id = changed.id AND decided_at IS NULL AND dropped_at IS NULL;
        ELSIF changed.status = 'disputed' AND changed.from_status <> 'disputed' THEN
            INSERT INTO dispute (incident_id, opened_at, opened_by, cause, reason, due_at, item_code, township)
            SELECT changed.id, instant, acting_staff_id(),
                   CASE WHEN acting('action') = 'dispute' AND acting('role') = 'rule' THEN 'returns' ELSE 'request' END,
                   coalesce(acting('note'), ''),
                   span_end(instant, (SELECT value FROM setting WHERE name = 'dispute_limit')),
                   changed.item_code, changed.township;
        ELSIF changed.status = 'returned' AND changed.from_status <> 'returned'
              AND changed.returns >= (SELECT value::integer FROM setting WHERE name = 'max_returns') THEN
            -- Returned often enough: nobody has to ask. The history keeps both, the return and what followed from it.
            acted := ARRAY[acting('actor'), acting('role'), acting('action'), acting('note'), acting('detail')];
            PERFORM set_config('gridmap.actor', 'gridmap', true), set_config('gridmap.role', 'rule', true),
                    set_config('gridmap.action', 'dispute', true), set_config('gridmap.detail', '', true),
                    set_config('gridmap.note', format('returned %s times', changed.returns), true);
            UPDATE incident SET status = 'disputed' WHERE id = changed.id;
            PERFORM set_config('gridmap.actor', coalesce(acted[1], ''), true), set_config('gridmap.role', coalesce(acted[2], ''), true),
                    set_config('gridmap.action', coalesce(acted[3], ''), true), set_config('gridmap.note', coalesce(acted[4], ''), true),
                    set_config('gridmap.detail', coalesce(acted[5], ''), true);
        ELSIF changed.status = 'called_back' AND acting('action') = 'call_back'
              AND acting('detail')::jsonb ->> 'satisfied' IS NOT NULL
              AND NOT EXISTS (SELECT FROM call_back c WHERE c.incident_id = changed.id AND c.at >= instant) THEN
            INSERT INTO call_back (incident_id, at, by_staff, is_reached, is_satisfied, note)
            SELECT changed.id, instant, acting_staff_id(), true, (acting('detail')::jsonb ->> 'satisfied')::boolean,
                   coalesce(acting('note'), acting('detail')::jsonb ->> 'satisfied');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
-- Its name comes after incident_record_update: the history of the change itself is written before that of what follows.
CREATE TRIGGER incident_then_follow AFTER UPDATE ON incident REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION follow_incident();

-- Supervision.

DROP INDEX supervision_by_rule;
-- The command centre, which is a null unit, gets a card once too.
CREATE UNIQUE INDEX supervision_by_rule ON supervision (incident_id, unit_id, kind) NULLS NOT DISTINCT WHERE cause = 'rule';
ALTER TABLE supervision
    ADD COLUMN answered_by integer REFERENCES staff,
    ADD COLUMN lifted_by integer REFERENCES staff,
    ADD COLUMN lift_reason text NOT NULL DEFAULT '',
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD CHECK ((lifted_at IS NULL) = (lift_reason = '')),
    ADD CHECK ((answered_at IS NULL) = (answer = ''));
CREATE INDEX supervision_red ON supervision (at) WHERE kind IN ('red', 'black');

CREATE FUNCTION limit_share_at(reported timestamptz, of_item integer, extension numeric, stopped_s double precision,
                               target timestamptz, share numeric)
    RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    item record;
BEGIN
    SELECT r.limit_value, r.limit_unit INTO item FROM responsibility_item r WHERE r.id = of_item;
    RETURN (due_times_of(reported, (coalesce(item.limit_value, 3) + extension) * share, coalesce(item.limit_unit, 'working_day'),
        stopped_s, reported + (target - reported) * share::double precision)).due_at;
END $$;
COMMENT ON FUNCTION limit_share_at IS 'When a share of a limit is used: due_times_of at a multiple of the limit.';

-- Without a search path of its own and in one expression, so that it is planned in place: 50,000 incidents are asked four times.
CREATE FUNCTION share_used_at(i incident, share numeric, until timestamptz) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN i.stopped_at IS NOT NULL THEN NULL
        WHEN share = 0.75 THEN i.near_due_at
        WHEN share = 1 THEN i.due_at
        WHEN share = 2 THEN i.twice_due_at
        WHEN share > 2 AND (i.twice_due_at > until) IS NOT FALSE THEN NULL
        WHEN share > 1 AND (i.due_at > until) IS NOT FALSE THEN NULL
        ELSE gridmap.limit_share_at(i.reported_at, i.item_id, i.extension, i.stopped_s, i.target_at, share)
    END
$$;
COMMENT ON FUNCTION share_used_at IS 'When a share of the limit of an incident is used, by its own clock; null while that stands, '
    'and where it is surely later than `until`.';

-- Calls.

ALTER TABLE unit_call ADD COLUMN wanted text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN unit_call.wanted IS 'Codes of the units that the township asks for; the command centre decides who is called.';

CREATE FUNCTION announce_call() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    IF TG_TABLE_NAME = 'unit_call' THEN
        INSERT INTO outbox (subject, subject_id) SELECT 'call', id FROM new_row ORDER BY id;
    ELSE
        INSERT INTO outbox (subject, subject_id) SELECT DISTINCT 'call', call_id FROM new_row ORDER BY call_id;
    END IF;
    IF FOUND THEN
        PERFORM pg_notify('gridmap', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_call_insert AFTER INSERT ON unit_call REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_call();
CREATE TRIGGER unit_call_update AFTER UPDATE ON unit_call REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_call();
CREATE TRIGGER unit_call_answer_insert AFTER INSERT ON unit_call_answer REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_call();
CREATE TRIGGER unit_call_answer_update AFTER UPDATE ON unit_call_answer REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_call();
