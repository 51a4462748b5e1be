-- Requests for a pause or an extension 挂起/延期申请: the unit that holds an incident asks, a supervisor of the command centre answers.

INSERT INTO setting VALUES ('request_limit', '1 hour') ON CONFLICT (name) DO NOTHING;

CREATE TABLE clock_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('pause', 'extend')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'approved', 'refused', 'withdrawn', 'dropped')),
    unit_id integer NOT NULL REFERENCES unit,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    extension numeric CHECK (extension > 0 AND extension < 'Infinity'),
    requested_at timestamptz NOT NULL,
    requested_by integer REFERENCES staff,
    answer_by timestamptz,
    ended_at timestamptz,
    ended_by integer REFERENCES staff,
    decision text NOT NULL DEFAULT '',
    granted_extension numeric,
    version integer NOT NULL DEFAULT 1,
    CHECK ((kind = 'extend') = (extension IS NOT NULL)),
    CHECK ((status = 'open') = (ended_at IS NULL)),
    CHECK (ended_at >= requested_at),
    CHECK (status <> 'refused' OR btrim(decision) <> ''),
    CHECK ((kind = 'extend' AND status = 'approved') = (granted_extension IS NOT NULL)),
    CHECK (granted_extension > 0 AND granted_extension <= extension)
);
COMMENT ON TABLE clock_request IS 'The unit that holds an incident asks to stop its clock (挂起) or to lengthen its limit (延期); a supervisor answers. '
    'An open one is of the unit that holds the incident now, in a status in which the action is possible. The clock runs meanwhile.';
COMMENT ON COLUMN clock_request.unit_id IS 'Who held the incident and asked.';
COMMENT ON COLUMN clock_request.extension IS 'Asked for, in the unit of the limit of the item; granted_extension may be less.';
COMMENT ON COLUMN clock_request.answer_by IS 'Until when it is to be answered: setting request_limit. Nothing follows by itself, it is shown as late.';
COMMENT ON COLUMN clock_request.ended_at IS 'When it was approved, refused or withdrawn, or dropped because the incident went another way.';
COMMENT ON COLUMN clock_request.decision IS 'What the supervisor said; a refusal has its reason here.';
CREATE UNIQUE INDEX clock_request_one_open ON clock_request (incident_id, kind) WHERE status = 'open';
CREATE INDEX clock_request_incident ON clock_request (incident_id, id);

CREATE FUNCTION begin_clock_request() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    matter record;
BEGIN
    -- Locked: the incident must not leave the status between this look and the commit, the trigger below would not see the request.
    SELECT i.status, i.holder_unit_id INTO matter FROM incident i WHERE i.id = NEW.incident_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NEW; -- its foreign key refuses it
    END IF;
    IF matter.holder_unit_id IS DISTINCT FROM NEW.unit_id THEN
        RAISE check_violation USING COLUMN = 'unit_id', MESSAGE = format(
            'incident %s is not held by unit %s: only who holds it asks for more time', NEW.incident_id, NEW.unit_id);
    ELSIF NOT EXISTS (SELECT FROM life_cycle_step s WHERE s.action = NEW.kind AND s.from_status = matter.status) THEN
        RAISE check_violation USING COLUMN = 'kind', MESSAGE = format(
            'incident %s is %s: %s is not possible then and can''t be asked for', NEW.incident_id, matter.status, NEW.kind);
    END IF;
    NEW.answer_by := coalesce(NEW.answer_by,
        span_end(NEW.requested_at, (SELECT value FROM setting WHERE name = 'request_limit')));
    RETURN NEW;
END $$;
CREATE TRIGGER clock_request_begin BEFORE INSERT ON clock_request FOR EACH ROW
    WHEN (NEW.status = 'open') EXECUTE FUNCTION begin_clock_request();

CREATE FUNCTION drop_clock_requests() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    UPDATE clock_request q SET status = 'dropped', ended_at = greatest(acting_at(), q.requested_at), version = q.version + 1
    FROM new_row n
    WHERE q.incident_id = n.id AND q.status = 'open'
      AND (n.holder_unit_id IS DISTINCT FROM q.unit_id
           OR NOT EXISTS (SELECT FROM life_cycle_step s WHERE s.action = q.kind AND s.from_status = n.status));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION drop_clock_requests IS 'An incident that changed hands, or went where the action is not possible, leaves no request open behind it. '
    'Who approves writes so first: the action itself leads out of those statuses.';
CREATE TRIGGER incident_then_requests AFTER UPDATE ON incident REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION drop_clock_requests();

CREATE FUNCTION announce_clock_request() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    -- The board's row of the incident tells which requests are open, so that its change reaches every page.
    INSERT INTO outbox (subject, subject_id) SELECT DISTINCT 'incident', incident_id FROM new_row ORDER BY incident_id;
    IF FOUND THEN
        PERFORM pg_notify('gridmap', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER clock_request_insert AFTER INSERT ON clock_request REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_clock_request();
CREATE TRIGGER clock_request_update AFTER UPDATE ON clock_request REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION announce_clock_request();
