-- Incidents, their history, and the outbox that numbers every change.

CREATE TABLE incident_precision (
    precision text PRIMARY KEY,
    finest_level text NOT NULL REFERENCES area_level (level)
);
COMMENT ON TABLE incident_precision IS 'How good a point is, and the finest level that it may count for.';
INSERT INTO incident_precision VALUES
    ('exact', 'small_grid'), ('building', 'small_grid'), ('street', 'village'),
    ('village', 'village'), ('township', 'township'), ('county', 'county');

CREATE TABLE incident_status (
    status text PRIMARY KEY,
    is_open boolean NOT NULL
);
COMMENT ON COLUMN incident_status.is_open IS 'The handling clock can run out: the incident is on the board.';
INSERT INTO incident_status VALUES
    ('reported', true), ('accepted', true), ('dispatched', true), ('acknowledged', true), ('handling', true),
    ('returned', true), ('disputed', true), ('paused', true), ('extended', true), ('reopened', true),
    ('resolved', false), ('verified', false), ('called_back', false), ('merged', false), ('rejected', false);

CREATE TABLE incident (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key text UNIQUE,
    source_digest bytea,
    channel text NOT NULL DEFAULT 'unit' CHECK (channel IN
        ('hotline', 'grid_worker', 'patrol', 'camera', 'mailbox', 'superior', 'unit')),
    item_code text,
    title text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    reported_lon double precision,
    reported_lat double precision,
    datum text NOT NULL DEFAULT 'cgcs2000' CHECK (datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    precision text NOT NULL DEFAULT 'exact' REFERENCES incident_precision,
    reported_at timestamptz NOT NULL DEFAULT now(),
    received_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'reported' REFERENCES incident_status,
    resolved_at timestamptz,
    -- what the rules make of it, at insert
    geom geometry(Point, 4490),
    generation_id integer REFERENCES generation,
    area_id integer REFERENCES area,
    small_grid text,
    large_grid text,
    village text,
    township text,
    special_grid text,
    placement text NOT NULL CHECK (placement IN ('inside', 'border', 'outside', 'imprecise')),
    margin_m double precision,
    item_id integer REFERENCES responsibility_item,
    lead_unit_id integer REFERENCES unit,
    lead_rule text NOT NULL,
    jurisdiction_id integer REFERENCES jurisdiction,
    near_due_at timestamptz,
    due_at timestamptz,
    twice_due_at timestamptz,
    is_provisional boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    CHECK ((reported_lon IS NULL) = (reported_lat IS NULL)),
    CHECK (reported_lon BETWEEN -180 AND 180 AND reported_lat BETWEEN -90 AND 90),
    CHECK (ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)
);
COMMENT ON COLUMN incident.source_key IS 'The key that the sender gave it: a repeat is recognised, never stored twice.';
COMMENT ON COLUMN incident.source_digest IS 'Digest of what was sent under that key; null when the row came by SQL.';
COMMENT ON COLUMN incident.area_id IS 'The finest area that the point may count for; the coarser ones follow by parent_id.';
COMMENT ON COLUMN incident.margin_m IS 'Metres to the nearest other grid: how far the point may be off and still be here.';
COMMENT ON COLUMN incident.near_due_at IS 'When 75 % of the time is used. Lateness itself is never stored: it is now against these instants.';
CREATE INDEX incident_open ON incident (id) WHERE resolved_at IS NULL;
CREATE INDEX incident_area ON incident (area_id, reported_at);
CREATE INDEX incident_lead_unit ON incident (lead_unit_id, due_at);
CREATE INDEX incident_reported ON incident (reported_at);
CREATE INDEX incident_resolved ON incident (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX incident_geom ON incident USING gist (geom);

CREATE TABLE incident_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL CHECK (kind IN ('reported', 'status', 'moved', 'routed', 'rejoined')),
    from_status text,
    to_status text,
    unit_id integer REFERENCES unit,
    area_id integer REFERENCES area,
    actor text NOT NULL DEFAULT current_user,
    note text NOT NULL DEFAULT ''
);
CREATE INDEX incident_event_incident ON incident_event (incident_id, id);

CREATE TABLE outbox (
    revision bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject text NOT NULL CHECK (subject IN ('incident', 'generation', 'unit', 'calendar')),
    subject_id bigint
);
COMMENT ON TABLE outbox IS 'Every change, numbered. Transactions commit out of order: a reader takes xid >= its last bound '
    'and xid < pg_snapshot_xmin(pg_current_snapshot()), which becomes its next bound.';
CREATE INDEX outbox_xid ON outbox (xid);
CREATE INDEX outbox_at ON outbox USING brin (at);
