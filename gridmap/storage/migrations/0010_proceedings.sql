-- What goes on around an incident: who held it when, orders, calls, disputes, admissions, supervision, call-backs.

CREATE TABLE incident_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    unit_id integer REFERENCES unit,
    kind text NOT NULL CHECK (kind IN ('held', 'paused', 'closed')),
    from_at timestamptz NOT NULL,
    to_at timestamptz,
    CHECK (to_at >= from_at)
);
COMMENT ON TABLE incident_hold IS 'The ledger: the time from the report to the end, in pieces without gap or overlap, each booked to one holder. '
    'The piece that goes on has no to_at. A null unit is the command centre. closed: between a closing and a reopening, to nobody.';
CREATE INDEX incident_hold_incident ON incident_hold (incident_id, from_at);
CREATE UNIQUE INDEX incident_hold_one_open ON incident_hold (incident_id) WHERE to_at IS NULL;
CREATE INDEX incident_hold_unit ON incident_hold (unit_id, from_at);

CREATE TABLE incident_person (
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    part text NOT NULL CHECK (part IN ('reporter', 'handler', 'verifier')),
    staff_id integer NOT NULL REFERENCES staff,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (incident_id, part, staff_id)
);
COMMENT ON TABLE incident_person IS 'Who reported, handled and verified it: three different people.';
CREATE INDEX incident_person_staff ON incident_person (staff_id);

CREATE TABLE work_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    unit_id integer NOT NULL REFERENCES unit,
    role text NOT NULL CHECK (role IN ('lead', 'assist')),
    duties text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'done', 'withdrawn', 'overridden')),
    ordered_at timestamptz NOT NULL,
    due_at timestamptz,
    acknowledged_at timestamptz,
    finished_at timestamptz,
    result text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CHECK ((finished_at IS NULL) = (status IN ('open', 'acknowledged')))
);
COMMENT ON TABLE work_order IS 'One order to a lead and its assistants: a row for each unit, with its own duties and clock.';
CREATE UNIQUE INDEX work_order_unit ON work_order (incident_id, unit_id) WHERE status IN ('open', 'acknowledged', 'done');
CREATE INDEX work_order_open ON work_order (unit_id, due_at) WHERE finished_at IS NULL;

CREATE TABLE unit_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('whistle', 'expert')),
    township_code text NOT NULL CHECK (township_code <> ''),
    incident_id bigint REFERENCES incident ON DELETE SET NULL,
    matter text NOT NULL,
    place text NOT NULL DEFAULT '',
    geom geometry(Point, 4490),
    status text NOT NULL DEFAULT 'called' CHECK (status IN ('called', 'judged', 'refused', 'closed', 'withdrawn')),
    called_at timestamptz NOT NULL,
    called_by integer REFERENCES staff,
    judged_at timestamptz,
    judged_by integer REFERENCES staff,
    reason text NOT NULL DEFAULT '',
    closed_at timestamptz,
    result text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    CHECK (ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)
);
COMMENT ON TABLE unit_call IS 'A township calls units to a place (乡呼县应, 吹哨报到), or asks for an expert (点兵点将); the command centre judges.';
CREATE INDEX unit_call_open ON unit_call (called_at) WHERE status IN ('called', 'judged');

CREATE TABLE unit_call_answer (
    call_id bigint NOT NULL REFERENCES unit_call ON DELETE CASCADE,
    unit_id integer NOT NULL REFERENCES unit,
    respond_by timestamptz,
    arrive_by timestamptz,
    responded_at timestamptz,
    arrived_at timestamptz,
    note text NOT NULL DEFAULT '',
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    PRIMARY KEY (call_id, unit_id)
);
COMMENT ON TABLE unit_call_answer IS 'A unit that was called: its clocks for response and arrival, and how the township rates it.';
CREATE INDEX unit_call_answer_open ON unit_call_answer (unit_id) WHERE arrived_at IS NULL;

CREATE TABLE dispute (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    opened_at timestamptz NOT NULL,
    opened_by integer REFERENCES staff,
    cause text NOT NULL CHECK (cause IN ('returns', 'request')),
    reason text NOT NULL,
    due_at timestamptz,
    panel text[] NOT NULL DEFAULT '{}',
    decided_at timestamptz,
    decided_by integer REFERENCES staff,
    decided_unit_id integer REFERENCES unit,
    decision text NOT NULL DEFAULT '',
    item_code text,
    township text,
    is_precedent boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    CHECK ((decided_at IS NULL) = (decided_unit_id IS NULL))
);
COMMENT ON TABLE dispute IS 'Who leads is disputed (联合认定): a panel names the lead; a precedent is offered at the next one of its item.';
CREATE UNIQUE INDEX dispute_one_open ON dispute (incident_id) WHERE decided_at IS NULL;
CREATE INDEX dispute_precedent ON dispute (item_code, decided_at) WHERE is_precedent;

CREATE TABLE admission (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_code text NOT NULL CHECK (item_code <> ''),
    unit_id integer NOT NULL REFERENCES unit,
    incident_id bigint REFERENCES incident ON DELETE SET NULL,
    requested_at timestamptz NOT NULL,
    requested_by_unit_id integer NOT NULL REFERENCES unit,
    requested_by integer REFERENCES staff,
    reason text NOT NULL CHECK (reason <> ''),
    status text NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'reviewed_once', 'reviewed_twice', 'approved', 'refused')),
    first_reviewed_at timestamptz,
    first_reviewed_by integer REFERENCES staff,
    second_reviewed_at timestamptz,
    second_reviewed_by integer REFERENCES staff,
    decided_at timestamptz,
    decided_by integer REFERENCES staff,
    decision text NOT NULL DEFAULT '',
    valid_to date NOT NULL DEFAULT 'infinity',
    version integer NOT NULL DEFAULT 1
);
COMMENT ON TABLE admission IS 'A matter outside the list may be given to a township only when it is admitted (职责准入): request, two reviews, approval.';
CREATE INDEX admission_item ON admission (item_code, unit_id) WHERE status = 'approved';

CREATE TABLE admission_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    incident_id bigint REFERENCES incident ON DELETE CASCADE,
    item_code text,
    from_unit_id integer REFERENCES unit,
    to_unit_id integer NOT NULL REFERENCES unit,
    actor text NOT NULL DEFAULT ''
);
COMMENT ON TABLE admission_attempt IS 'Somebody tried to give a township what is not on the list and was not admitted; counted by unit.';
CREATE INDEX admission_attempt_unit ON admission_attempt (from_unit_id, at);

CREATE TABLE supervision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    unit_id integer REFERENCES unit,
    kind text NOT NULL CHECK (kind IN ('reminder', 'yellow', 'red', 'black')),
    cause text NOT NULL CHECK (cause IN ('rule', 'hand')),
    at timestamptz NOT NULL,
    by_staff integer REFERENCES staff,
    reason text NOT NULL DEFAULT '',
    answered_at timestamptz,
    answer text NOT NULL DEFAULT '',
    lifted_at timestamptz
);
COMMENT ON TABLE supervision IS 'Reminder, yellow, red and black card (督办), by rule or by hand, to the unit that held the incident.';
CREATE UNIQUE INDEX supervision_by_rule ON supervision (incident_id, unit_id, kind) WHERE cause = 'rule';
CREATE INDEX supervision_unit ON supervision (unit_id, at);

CREATE TABLE call_back (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    at timestamptz NOT NULL,
    by_staff integer REFERENCES staff,
    is_reached boolean NOT NULL,
    is_satisfied boolean,
    note text NOT NULL DEFAULT '',
    CHECK (is_reached = (is_satisfied IS NOT NULL))
);
COMMENT ON TABLE call_back IS 'Each attempt to call the reporter back (回访); not satisfied reopens the incident.';
CREATE INDEX call_back_incident ON call_back (incident_id, at);

ALTER TABLE outbox DROP CONSTRAINT outbox_subject_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_subject_check
    CHECK (subject IN ('incident', 'generation', 'unit', 'calendar', 'call'));
