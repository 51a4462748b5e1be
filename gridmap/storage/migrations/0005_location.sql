-- Where a reported point lies: datum, then the grid. The same rules as gridmap.domain.datum and gridmap.domain.location.

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

CREATE FUNCTION to_cgcs2000(lon double precision, lat double precision, datum text) RETURNS geometry
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    g_lon double precision := lon;
    g_lat double precision := lat;
    w_lon double precision;
    w_lat double precision;
    shift record;
    radius double precision;
    angle double precision;
BEGIN
    IF datum IN ('cgcs2000', 'wgs84') OR lon NOT BETWEEN 72.004 AND 137.8347 OR lat NOT BETWEEN 0.8293 AND 55.8271 THEN
        RETURN ST_SetSRID(ST_MakePoint(lon, lat), 4490);
    END IF;
    IF datum = 'bd09' THEN
        g_lon := lon - 0.0065;
        g_lat := lat - 0.006;
        radius := sqrt(g_lon * g_lon + g_lat * g_lat) - 0.00002 * sin(g_lat * pi() * 3000.0 / 180.0);
        angle := atan2(g_lat, g_lon) - 0.000003 * cos(g_lon * pi() * 3000.0 / 180.0);
        g_lon := radius * cos(angle);
        g_lat := radius * sin(angle);
    END IF;
    -- Fixed point: six rounds bring the inverse under a micrometre; a single step leaves up to 3.8 m.
    w_lon := g_lon;
    w_lat := g_lat;
    FOR i IN 1..6 LOOP
        shift := gcj02_offset(w_lon, w_lat);
        w_lon := g_lon - shift.d_lon;
        w_lat := g_lat - shift.d_lat;
    END LOOP;
    RETURN ST_SetSRID(ST_MakePoint(w_lon, w_lat), 4490);
END $$;

CREATE FUNCTION generation_at(instant timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    -- Reports older than the first generation belong to the first: there is no older truth.
    SELECT id FROM generation WHERE published_at IS NOT NULL
    ORDER BY (valid_from <= (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date) DESC,
             CASE WHEN valid_from <= (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date
                  THEN valid_from END DESC NULLS LAST,
             valid_from
    LIMIT 1
$$;

CREATE FUNCTION find_area(point geometry, in_generation integer, at_level text,
                          OUT area_id integer, OUT is_border boolean)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    ids integer[];
BEGIN
    -- ST_Relate asks GEOS, whose orientation test is exact. ST_Covers on a point takes a short cut with a tolerance of
    -- 1e-12 and disagrees with shapely near an edge.
    SELECT array_agg(a.id ORDER BY a.code COLLATE "C") INTO ids
    FROM area a
    WHERE a.generation_id = in_generation AND a.level = at_level AND a.geom && point
      AND ST_Relate(a.geom, point, '******FF*');
    area_id := ids[1];
    is_border := coalesce(cardinality(ids) > 1, false);
END $$;

CREATE FUNCTION margin_to_other(point geometry, in_generation integer, at_level text, here integer)
    RETURNS double precision LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    point_m CONSTANT geometry := ST_Transform(point, measure_srid());
    margin double precision;
BEGIN
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

CREATE FUNCTION locate(point geometry, point_precision text, instant timestamptz) RETURNS location
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    answer location;
    finest text := (SELECT finest_level FROM incident_precision p WHERE p.precision = point_precision);
    wanted smallint;
    step record;
    found_here record;
    up record;
    is_first boolean := true;
BEGIN
    answer.generation_id := generation_at(instant);
    answer.placement := CASE WHEN finest = 'small_grid' THEN 'inside' ELSE 'imprecise' END;
    IF point IS NULL OR answer.generation_id IS NULL THEN
        answer.placement := 'outside';
        RETURN answer;
    END IF;
    wanted := (SELECT rank FROM area_level WHERE level = finest);
    FOR step IN
        SELECT l.level FROM area_level l
        WHERE l.rank <= wanted
          AND EXISTS (SELECT 1 FROM area a WHERE a.generation_id = answer.generation_id AND a.level = l.level)
        ORDER BY l.rank DESC
    LOOP
        found_here := find_area(point, answer.generation_id, step.level);
        IF found_here.area_id IS NULL AND is_first THEN
            answer.placement := 'outside';  -- in no area of the finest level: a gap, or off the county
        END IF;
        IF is_first AND found_here.is_border AND answer.placement = 'inside' THEN
            answer.placement := 'border';
        END IF;
        IF is_first AND finest = 'small_grid' THEN
            answer.margin_m := margin_to_other(point, answer.generation_id, step.level, found_here.area_id);
        END IF;
        is_first := false;
        IF found_here.area_id IS NOT NULL THEN
            answer.area_id := found_here.area_id;
            EXIT;
        END IF;
    END LOOP;
    FOR up IN
        WITH RECURSIVE chain AS (
            SELECT id, parent_id, level, code FROM area WHERE id = answer.area_id
            UNION ALL
            SELECT a.id, a.parent_id, a.level, a.code FROM area a JOIN chain c ON a.id = c.parent_id
        ) SELECT level, code FROM chain
    LOOP
        CASE up.level
            WHEN 'small_grid' THEN answer.small_grid := up.code;
            WHEN 'large_grid' THEN answer.large_grid := up.code;
            WHEN 'village' THEN answer.village := up.code;
            WHEN 'township' THEN answer.township := up.code;
            ELSE NULL;
        END CASE;
    END LOOP;
    IF finest = 'small_grid' THEN
        SELECT a.code INTO answer.special_grid FROM area a
        WHERE a.generation_id = answer.generation_id AND a.level = 'special_grid' AND a.geom && point
          AND ST_Relate(a.geom, point, '******FF*')
        ORDER BY a.code COLLATE "C" LIMIT 1;
    END IF;
    RETURN answer;
END $$;
