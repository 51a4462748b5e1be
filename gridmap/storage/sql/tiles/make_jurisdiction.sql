-- One tile of the jurisdictions that are valid today.
WITH tile AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), reach AS (
    SELECT box, ST_SetSRID(ST_Transform(ST_Expand(box, (ST_XMax(box) - ST_XMin(box)) * %(margin)s), 4326), 4490) AS around
    FROM tile
), shape AS (
    SELECT
        j.id,
        CASE WHEN %(label)s::text = 'name' THEN j.name END AS name,
        CASE WHEN %(label)s::text = 'code' THEN j.code END AS code,
        nullif(j.kind, '') AS kind,
        j.unit_id AS unit,
        ST_AsMVTGeom(ST_Transform(ST_SetSRID(j.geom, 4326), 3857), reach.box, 4096, %(buffer)s, true) AS geom
    FROM jurisdiction j, reach
    WHERE j.geom && reach.around
        AND j.valid_from <= (now() AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date
        AND j.valid_to > (now() AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date
)
SELECT ST_AsMVT(shape, %(layer)s::text, 4096, 'geom', 'id') FROM shape WHERE geom IS NOT NULL
