-- Where a reported point lies: datum, then the grid. The same rules as gridmap.domain.datum and gridmap.domain.location.
-- These run for every row that is inserted. Only `locate` sets a search path (each SET costs some 10 microseconds a call);
-- what it calls inherits it, and `to_cgcs2000` names its schemas.

-- Both are asked at each insert: without an index of their own the hits of the five other levels are fetched and thrown away.
CREATE INDEX area_small_grid ON area USING gist (geom) WHERE level = 'small_grid';
CREATE INDEX area_special_grid ON area USING gist (geom) WHERE level = 'special_grid';

-- GCJ-02 minus WGS-84 in degrees at a WGS-84 place (the published approximation used by every open implementation).
CREATE FUNCTION gcj02_offset(lon double precision, lat double precision,
                             OUT d_lon double precision, OUT d_lat double precision)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    x CONSTANT double precision := lon - 105.0;
    y CONSTANT double precision := lat - 35.0;
    a CONSTANT double precision := 6378245.0;
    ee CONSTANT double precision := 0.00669342162296594323;
    waves CONSTANT double precision := (20.0 * sin(6.0 * x * pi()) + 20.0 * sin(2.0 * x * pi())) * 2.0 / 3.0;
    magic CONSTANT double precision := 1 - ee * sin(radians(lat)) ^ 2;
    m_north double precision;
    m_east double precision;
BEGIN
    m_north := -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
        + (20.0 * sin(y * pi()) + 40.0 * sin(y / 3.0 * pi())) * 2.0 / 3.0
        + (160.0 * sin(y / 12.0 * pi()) + 320.0 * sin(y * pi() / 30.0)) * 2.0 / 3.0;
    m_east := 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
        + (20.0 * sin(x * pi()) + 40.0 * sin(x / 3.0 * pi())) * 2.0 / 3.0
        + (150.0 * sin(x / 12.0 * pi()) + 300.0 * sin(x / 30.0 * pi())) * 2.0 / 3.0;
    d_lat := m_north * 180.0 / ((a * (1 - ee)) / (magic * sqrt(magic)) * pi());
    d_lon := m_east * 180.0 / (a / sqrt(magic) * cos(radians(lat)) * pi());
END $$;

CREATE FUNCTION to_cgcs2000(lon double precision, lat double precision, datum text) RETURNS public.geometry
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    wave CONSTANT double precision := pi() * 3000.0 / 180.0;
    g_lon double precision := lon;
    g_lat double precision := lat;
    w_lon double precision;
    w_lat double precision;
    shift record;
    radius double precision;
    angle double precision;
BEGIN
    IF datum NOT IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09') THEN
        RAISE EXCEPTION 'Unknown datum %: one of cgcs2000, wgs84, gcj02, bd09', datum USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- The box of China, its edges included; outside it the shifted datums are not applied.
    IF datum IN ('cgcs2000', 'wgs84') OR lon NOT BETWEEN 72.004 AND 137.8347 OR lat NOT BETWEEN 0.8293 AND 55.8271 THEN
        RETURN public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4490);
    END IF;
    IF datum = 'bd09' THEN
        -- The published inverse is up to 0.9 m off its own forward; the fixed point is not.
        g_lon := lon - 0.0065;
        g_lat := lat - 0.006;
        FOR i IN 1..6 LOOP
            radius := sqrt(g_lon * g_lon + g_lat * g_lat) + 0.00002 * sin(g_lat * wave);
            angle := atan2(g_lat, g_lon) + 0.000003 * cos(g_lon * wave);
            g_lon := g_lon + (lon - (radius * cos(angle) + 0.0065));
            g_lat := g_lat + (lat - (radius * sin(angle) + 0.006));
        END LOOP;
    END IF;
    -- Fixed point: six rounds bring the inverse under a micrometre; a single step leaves up to 3.8 m.
    w_lon := g_lon;
    w_lat := g_lat;
    FOR i IN 1..6 LOOP
        shift := gridmap.gcj02_offset(w_lon, w_lat);
        w_lon := g_lon - shift.d_lon;
        w_lat := g_lat - shift.d_lat;
    END LOOP;
    RETURN public.ST_SetSRID(public.ST_MakePoint(w_lon, w_lat), 4490);
END $$;

CREATE FUNCTION generation_at(instant timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    -- Reports older than the first generation belong to the first: there is no older truth.
    SELECT g.id
    FROM generation g,
        (SELECT (instant AT TIME ZONE value)::date AS day FROM setting WHERE name = 'timezone') AS asked
    WHERE g.published_at IS NOT NULL
    ORDER BY (g.valid_from <= asked.day) DESC,
             CASE WHEN g.valid_from <= asked.day THEN g.valid_from END DESC NULLS LAST,
             g.valid_from, g.id DESC
    LIMIT 1
$$;

CREATE FUNCTION find_area(point geometry, in_generation integer, at_level text,
                          OUT area_id integer, OUT is_border boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    ids integer[];
BEGIN
    -- ST_Relate asks GEOS, whose orientation test is exact. ST_Covers on a point takes a short cut with a tolerance of
    -- 1e-12 and disagrees with GEOS near an edge; it would save 9 of 21 microseconds.
    IF at_level = 'small_grid' THEN
        SELECT array_agg(a.id ORDER BY a.code COLLATE "C") INTO ids
        FROM area a
        WHERE a.generation_id = in_generation AND a.level = 'small_grid' AND a.geom && point
          AND ST_Relate(a.geom, point, '******FF*');
    ELSIF at_level = 'special_grid' THEN
        SELECT array_agg(a.id ORDER BY a.code COLLATE "C") INTO ids
        FROM area a
        WHERE a.generation_id = in_generation AND a.level = 'special_grid' AND a.geom && point
          AND ST_Relate(a.geom, point, '******FF*');
    ELSE
        SELECT array_agg(a.id ORDER BY a.code COLLATE "C") INTO ids
        FROM area a
        WHERE a.generation_id = in_generation AND a.level = at_level AND a.geom && point
          AND ST_Relate(a.geom, point, '******FF*');
    END IF;
    area_id := ids[1];
    is_border := coalesce(cardinality(ids) > 1, false);
END $$;

CREATE FUNCTION margin_to_other(point geometry, in_generation integer, at_level text, here integer)
    RETURNS double precision LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    zone CONSTANT integer := measure_srid();
    point_m geometry;
    margin double precision;
BEGIN
    -- Zones 4534 to 4554 have the meridians 75 to 135. Six degrees off the zone is no plane to measure in any more, and far
    -- off PROJ raises: a report at 0, 0 must not be refused for it.
    IF abs(ST_X(point) - (75 + 3 * (zone - 4534))) > 6 THEN
        RETURN NULL;
    END IF;
    point_m := ST_Transform(point, zone);
    -- One static statement per level, so that each can use its partial index for the nearest-neighbour order.
    IF at_level = 'small_grid' THEN
        SELECT a.geom_m <-> point_m INTO margin FROM area a
        WHERE a.level = 'small_grid' AND a.generation_id = in_generation AND a.id IS DISTINCT FROM here
        ORDER BY a.geom_m <-> point_m LIMIT 1;
    ELSIF at_level = 'large_grid' THEN
        SELECT a.geom_m <-> point_m INTO margin FROM area a
        WHERE a.level = 'large_grid' AND a.generation_id = in_generation AND a.id IS DISTINCT FROM here
        ORDER BY a.geom_m <-> point_m LIMIT 1;
    ELSIF at_level = 'village' THEN
        SELECT a.geom_m <-> point_m INTO margin FROM area a
        WHERE a.level = 'village' AND a.generation_id = in_generation AND a.id IS DISTINCT FROM here
        ORDER BY a.geom_m <-> point_m LIMIT 1;
    ELSIF at_level = 'township' THEN
        SELECT a.geom_m <-> point_m INTO margin FROM area a
        WHERE a.level = 'township' AND a.generation_id = in_generation AND a.id IS DISTINCT FROM here
        ORDER BY a.geom_m <-> point_m LIMIT 1;
    END IF;
    RETURN margin;
END $$;

CREATE TYPE location AS (
    generation_id integer,
    area_id integer,
    small_grid text,
    large_grid text,
    village text,
    township text,
    special_grid text,
    placement text,
    margin_m double precision
);

-- The levels are tried from the finest that the precision supports to coarser ones. The first that has any areas decides
-- placement and margin: in none of them is `outside`, even where a coarser area takes the point.
CREATE FUNCTION locate(point geometry, point_precision text, instant timestamptz) RETURNS location
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    answer location;
    finest CONSTANT text := (SELECT p.finest_level FROM incident_precision p WHERE p.precision = point_precision);
    at_level text := finest;
    found_here record;
    is_decided boolean := false;
BEGIN
    answer.generation_id := generation_at(instant);
    IF point IS NULL OR answer.generation_id IS NULL THEN
        answer.placement := 'outside';
        RETURN answer;
    END IF;
    WHILE at_level IS NOT NULL LOOP
        found_here := find_area(point, answer.generation_id, at_level);
        IF NOT is_decided AND (found_here.area_id IS NOT NULL OR EXISTS (
            SELECT 1 FROM area a WHERE a.generation_id = answer.generation_id AND a.level = at_level)) THEN
            is_decided := true;
            answer.placement := CASE
                WHEN found_here.area_id IS NULL THEN 'outside'
                WHEN finest <> 'small_grid' THEN 'imprecise'
                WHEN found_here.is_border THEN 'border'
                ELSE 'inside' END;
            IF finest = 'small_grid' THEN
                answer.margin_m := CASE WHEN found_here.is_border THEN 0
                    ELSE margin_to_other(point, answer.generation_id, at_level, found_here.area_id) END;
            END IF;
        END IF;
        EXIT WHEN found_here.area_id IS NOT NULL;
        at_level := (SELECT coarser.level FROM area_level coarser, area_level this
                     WHERE this.level = at_level AND coarser.rank < this.rank ORDER BY coarser.rank DESC LIMIT 1);
    END LOOP;
    answer.area_id := found_here.area_id;
    -- A generation without areas of any such level: nothing to be inside of.
    answer.placement := coalesce(answer.placement, CASE WHEN finest = 'small_grid' THEN 'outside' ELSE 'imprecise' END);
    IF answer.area_id IS NOT NULL THEN
        WITH RECURSIVE chain AS (
            SELECT a.parent_id, a.level, a.code FROM area a WHERE a.id = answer.area_id
            UNION ALL
            SELECT a.parent_id, a.level, a.code FROM area a JOIN chain c ON a.id = c.parent_id
        )
        SELECT max(code) FILTER (WHERE level = 'small_grid'), max(code) FILTER (WHERE level = 'large_grid'),
            max(code) FILTER (WHERE level = 'village'), max(code) FILTER (WHERE level = 'township')
        INTO answer.small_grid, answer.large_grid, answer.village, answer.township
        FROM chain;
    END IF;
    IF finest = 'small_grid' THEN
        found_here := find_area(point, answer.generation_id, 'special_grid');
        IF found_here.area_id IS NOT NULL THEN
            answer.special_grid := (SELECT a.code FROM area a WHERE a.id = found_here.area_id);
        END IF;
    END IF;
    RETURN answer;
END $$;
