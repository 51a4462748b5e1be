-- Places: generations of boundaries, areas, jurisdictions, addresses.
-- Storage CRS is CGCS2000 (EPSG:4490), lon/lat. Every polygon is kept a second time in the county's Gauss-Kruger zone
-- (geom_m, metres), because distances are asked for at each insert and a transformation per question costs more than the disk.

CREATE TABLE setting (
    name text PRIMARY KEY,
    value text NOT NULL
);
COMMENT ON TABLE setting IS 'Facts of this county that rules in the database need: measure_srid, timezone, working_day_s.';
INSERT INTO setting VALUES ('measure_srid', '4548'), ('timezone', 'Asia/Shanghai'), ('working_day_s', '86400');

CREATE FUNCTION measure_srid() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    AS $$ SELECT value::integer FROM setting WHERE name = 'measure_srid' $$;

CREATE TABLE area_level (
    level text PRIMARY KEY,
    rank smallint NOT NULL UNIQUE
);
COMMENT ON TABLE area_level IS 'Levels from coarse to fine. A special grid lies inside ordinary grids and is not part of the chain.';
INSERT INTO area_level VALUES
    ('county', 1), ('township', 2), ('village', 3), ('large_grid', 4), ('small_grid', 5), ('special_grid', 6);

CREATE TABLE generation (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    valid_from date,
    valid_to date,
    published_at timestamptz,
    note text NOT NULL DEFAULT '',
    CHECK (published_at IS NULL OR valid_from IS NOT NULL),
    -- The same day: it was corrected on the day that it was published.
    CHECK (valid_to >= valid_from)
);
COMMENT ON TABLE generation IS 'A set of boundaries, published as a whole; valid from valid_from up to, not including, valid_to.';
CREATE UNIQUE INDEX generation_one_draft ON generation ((true)) WHERE published_at IS NULL;

CREATE TABLE area (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    generation_id integer NOT NULL REFERENCES generation ON DELETE CASCADE,
    level text NOT NULL REFERENCES area_level,
    kind text NOT NULL DEFAULT '',
    code text NOT NULL CHECK (code <> ''),
    name text NOT NULL CHECK (name <> ''),
    parent_code text,
    parent_code_by_geometry text,
    parent_id integer REFERENCES area ON DELETE SET NULL,
    households integer CHECK (households >= 0),
    team_secretary boolean,
    team_worker boolean,
    team_assistants integer CHECK (team_assistants >= 0),
    source_datum text NOT NULL DEFAULT 'cgcs2000',
    geom geometry(MultiPolygon, 4490) NOT NULL,
    geom_m geometry(MultiPolygon) NOT NULL,
    UNIQUE (generation_id, level, code),
    CHECK (ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90)
);
COMMENT ON COLUMN area.parent_code IS 'The parent as the source records it.';
COMMENT ON COLUMN area.parent_code_by_geometry IS 'The area of the next level above that holds the representative point.';
COMMENT ON COLUMN area.parent_id IS 'The parent that counts: the recorded one where it exists, else the one by geometry. Set when published.';
CREATE INDEX area_geom ON area USING gist (geom);
CREATE INDEX area_small_grid_m ON area USING gist (geom_m) WHERE level = 'small_grid';
CREATE INDEX area_large_grid_m ON area USING gist (geom_m) WHERE level = 'large_grid';
CREATE INDEX area_village_m ON area USING gist (geom_m) WHERE level = 'village';
CREATE INDEX area_township_m ON area USING gist (geom_m) WHERE level = 'township';
CREATE INDEX area_code ON area (code);
CREATE INDEX area_parent ON area (parent_id);

CREATE FUNCTION set_geom_m() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    NEW.geom_m := ST_Transform(NEW.geom, measure_srid());
    RETURN NEW;
END $$;
CREATE TRIGGER area_geom_m BEFORE INSERT OR UPDATE OF geom ON area FOR EACH ROW EXECUTE FUNCTION set_geom_m();

CREATE TABLE address (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number integer UNIQUE,
    households integer NOT NULL DEFAULT 1 CHECK (households >= 0),
    hamlet text NOT NULL DEFAULT '',
    geom geometry(Point, 4490) NOT NULL
);
COMMENT ON TABLE address IS 'Where people live: a building or a door with its number of households. No names.';
CREATE INDEX address_geom ON address USING gist (geom);

CREATE TABLE map_feature (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('road', 'river', 'settlement')),
    class text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '',
    geom geometry(Geometry, 4490) NOT NULL
);
COMMENT ON TABLE map_feature IS 'What makes the map readable without a base map: roads, rivers, settlements.';
CREATE INDEX map_feature_geom ON map_feature USING gist (geom);
