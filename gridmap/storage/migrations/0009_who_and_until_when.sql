-- What an incident keeps about who answers for it and until when: powers, queues, the holder, the parts of its limit.

-- The responsibility list: one row for each unit type of an item, the stages of a limit, and powers.

ALTER TABLE responsibility_list
    ADD COLUMN source text NOT NULL DEFAULT '',
    ADD COLUMN imported_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE responsibility_item ADD COLUMN needs_power boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN responsibility_item.needs_power IS 'Only a unit that holds the power for the item on the day may handle it.';
COMMENT ON COLUMN responsibility_item.level IS 'The level that leads where county and township share the item.';

CREATE TABLE responsibility_party (
    item_id integer NOT NULL REFERENCES responsibility_item ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('lead', 'assist')),
    unit_type text NOT NULL CHECK (unit_type <> ''),
    position smallint NOT NULL CHECK (position > 0),
    legal_basis text NOT NULL DEFAULT '',
    contact text NOT NULL DEFAULT '',
    telephone text NOT NULL DEFAULT '',
    PRIMARY KEY (item_id, role, unit_type),
    UNIQUE (item_id, role, position)
);
COMMENT ON TABLE responsibility_party IS 'A unit type that leads or assists in an item, in the order of the list; its duties are in responsibility_duty.';
INSERT INTO responsibility_party (item_id, role, unit_type, position)
SELECT item_id, role, unit_type, row_number() OVER (PARTITION BY item_id, role ORDER BY min(number), unit_type)
FROM responsibility_duty GROUP BY item_id, role, unit_type;

CREATE TABLE responsibility_stage (
    item_id integer NOT NULL REFERENCES responsibility_item ON DELETE CASCADE,
    number smallint NOT NULL CHECK (number > 0),
    name text NOT NULL CHECK (name <> ''),
    limit_value numeric NOT NULL CHECK (limit_value > 0),
    limit_unit text NOT NULL CHECK (limit_unit IN ('working_day', 'working_hour', 'calendar_day')),
    PRIMARY KEY (item_id, number)
);
COMMENT ON TABLE responsibility_stage IS 'Limits of the steps of an item, each from the report: stop work in 4 working hours, fine in 7 working days.';

CREATE TABLE unit_power (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id integer NOT NULL REFERENCES unit ON DELETE CASCADE,
    item_code text NOT NULL CHECK (item_code <> ''),
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity',
    is_trial boolean NOT NULL DEFAULT false,
    source text NOT NULL DEFAULT '',
    CHECK (valid_to > valid_from),
    UNIQUE (unit_id, item_code, valid_from)
);
COMMENT ON TABLE unit_power IS 'Which unit may handle which item, from valid_from up to, not including, valid_to; handed down and taken back.';
CREATE INDEX unit_power_item ON unit_power (item_code, unit_id);

-- People of the units. No telephone, no identity number: who did it, in which role, for whom.

CREATE TABLE staff (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code <> ''),
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN
        ('reporter', 'operator', 'dispatcher', 'handler', 'unit_lead', 'verifier', 'supervisor', 'grid_worker', 'township')),
    unit_id integer REFERENCES unit,
    area_code text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN staff.area_code IS 'The area that the person acts in, with all below it; empty for the whole county.';
COMMENT ON COLUMN staff.role IS 'operator, dispatcher, verifier and supervisor are of the command centre; handler and unit_lead of a unit.';

-- Queues: what the rules could not give to a unit waits here for the command centre, with its reason.

CREATE TABLE queue (
    queue text PRIMARY KEY
);
INSERT INTO queue VALUES
    ('item_not_in_list'), ('no_unit'), ('overlapping_jurisdictions'), ('no_power'), ('not_admitted'), ('disputed');

ALTER TABLE incident
    ADD COLUMN queue text REFERENCES queue,
    ADD COLUMN routing jsonb,
    ADD COLUMN holder_unit_id integer REFERENCES unit,
    ADD COLUMN extension numeric NOT NULL DEFAULT 0 CHECK (extension >= 0),
    ADD COLUMN stopped_s double precision NOT NULL DEFAULT 0 CHECK (stopped_s >= 0),
    ADD COLUMN stopped_at timestamptz,
    ADD COLUMN returns smallint NOT NULL DEFAULT 0 CHECK (returns >= 0),
    ADD COLUMN merged_into_id bigint REFERENCES incident ON DELETE SET NULL,
    ADD COLUMN target_at timestamptz;
COMMENT ON COLUMN incident.queue IS 'Set while no unit leads: why, and where it waits for the command centre.';
COMMENT ON COLUMN incident.routing IS 'Why this unit: list version, rule, all leads, assistants, alternatives with what spoke against them.';
COMMENT ON COLUMN incident.holder_unit_id IS 'Who holds it now and is booked its working seconds; null is the command centre.';
COMMENT ON COLUMN incident.extension IS 'Granted on top of the limit, in the unit of the limit.';
COMMENT ON COLUMN incident.stopped_s IS 'Seconds in which the clock stood (paused, or closed and reopened): working seconds, for calendar days plain ones.';
COMMENT ON COLUMN incident.stopped_at IS 'Set while it is paused: since when the clock stands.';
COMMENT ON COLUMN incident.target_at IS 'A due time that the sender set itself; it takes the place of the limit of the item.';
CREATE INDEX incident_queue ON incident (queue, id) WHERE queue IS NOT NULL;
CREATE INDEX incident_merged ON incident (merged_into_id) WHERE merged_into_id IS NOT NULL;

ALTER TABLE incident_event
    ADD COLUMN action text,
    ADD COLUMN role text,
    ADD COLUMN detail jsonb,
    DROP CONSTRAINT incident_event_kind_check,
    ADD CHECK (kind IN ('reported', 'status', 'moved', 'routed', 'rejoined', 'action', 'clock'));
COMMENT ON COLUMN incident_event.actor IS 'Code of the person of table staff, or the database role where no person is known.';
COMMENT ON COLUMN incident_event.detail IS 'What the action carried: evidence, target unit, former and new due time.';

-- Who acts, when, how and why reaches the triggers by settings that end with the transaction.
CREATE FUNCTION acting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('gridmap.' || name, true), '') $$;
COMMENT ON FUNCTION acting IS 'One of: at (instant of the change, now() without), actor, role, action, note, detail (json).';

CREATE FUNCTION acting_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    AS $$ SELECT coalesce(acting('at')::timestamptz, now()) $$;

CREATE FUNCTION centre_unit_id() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    AS $$ SELECT id FROM unit WHERE unit_type = 'command_centre' ORDER BY code COLLATE "C" LIMIT 1 $$;
COMMENT ON FUNCTION centre_unit_id IS 'The command centre; null where the units hold none: then a null holder stands for it.';

CREATE FUNCTION due_times_of(reported timestamptz, limit_value numeric, limit_unit text, stopped_s double precision,
                             target timestamptz,
                             OUT near_due_at timestamptz, OUT due_at timestamptz, OUT twice_due_at timestamptz)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
BEGIN
    IF target IS NOT NULL THEN
        near_due_at := reported + (target - reported) * 0.75;
        due_at := target;
        twice_due_at := reported + (target - reported) * 2;
        RETURN;
    END IF;
    SELECT d.near_due_at, d.due_at, d.twice_due_at INTO near_due_at, due_at, twice_due_at
    FROM due_times(reported, limit_value, limit_unit) d;
    IF stopped_s > 0 THEN
        IF limit_unit = 'calendar_day' THEN
            near_due_at := near_due_at + make_interval(secs => stopped_s);
            due_at := due_at + make_interval(secs => stopped_s);
            twice_due_at := twice_due_at + make_interval(secs => stopped_s);
        ELSE
            near_due_at := add_working_time(near_due_at, stopped_s);
            due_at := add_working_time(due_at, stopped_s);
            twice_due_at := add_working_time(twice_due_at, stopped_s);
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION due_times_of IS 'The due times of an incident: its limit with what was granted, moved by the time in which the clock stood.';

ALTER TYPE routing ADD ATTRIBUTE queue text, ADD ATTRIBUTE why jsonb;
