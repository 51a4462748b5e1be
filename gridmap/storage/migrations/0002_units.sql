-- Units, their jurisdictions, and the responsibility list in versions.

CREATE TABLE unit (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code <> ''),
    name text NOT NULL CHECK (name <> ''),
    short_name text NOT NULL,
    letter text NOT NULL UNIQUE CHECK (letter ~ '^[A-Z0-9]{1,4}$'),
    unit_type text NOT NULL,
    level text NOT NULL CHECK (level IN ('county', 'township')),
    township_code text NOT NULL DEFAULT '',
    telephone text NOT NULL DEFAULT '',
    colour_slot integer NOT NULL UNIQUE CHECK (colour_slot >= 0)
);
COMMENT ON COLUMN unit.colour_slot IS 'Place in the palette. Given once and kept, so that a unit never changes colour.';
CREATE INDEX unit_type ON unit (unit_type, township_code);

CREATE TABLE jurisdiction (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    unit_id integer NOT NULL REFERENCES unit,
    valid_from date NOT NULL DEFAULT '-infinity',
    valid_to date NOT NULL DEFAULT 'infinity',
    geom geometry(MultiPolygon, 4490) NOT NULL,
    CHECK (ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90)
);
COMMENT ON TABLE jurisdiction IS 'Where a unit acts. May overlap others and leave gaps; both are shown.';
CREATE INDEX jurisdiction_geom ON jurisdiction USING gist (geom);

CREATE TABLE responsibility_list (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    effective_from date NOT NULL UNIQUE
);

CREATE TABLE responsibility_item (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list_id integer NOT NULL REFERENCES responsibility_list ON DELETE CASCADE,
    code text NOT NULL CHECK (code <> ''),
    class_name text NOT NULL,
    name text NOT NULL,
    level text NOT NULL CHECK (level IN ('county', 'township')),
    legal_basis text NOT NULL DEFAULT '',
    limit_value numeric NOT NULL CHECK (limit_value > 0),
    limit_unit text NOT NULL CHECK (limit_unit IN ('working_day', 'working_hour', 'calendar_day')),
    UNIQUE (list_id, code)
);

CREATE TABLE responsibility_duty (
    item_id integer NOT NULL REFERENCES responsibility_item ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('lead', 'assist')),
    unit_type text NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    duty text NOT NULL DEFAULT '',
    PRIMARY KEY (item_id, role, unit_type, number)
);
