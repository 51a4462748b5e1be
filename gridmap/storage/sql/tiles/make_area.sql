-- One tile of the areas of a level. ST_AsMVTGeom rounds to 1/4096 of the tile and drops only what lies within one such step, so
-- neighbours keep their common border.
WITH tile AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), reach AS (
    SELECT box, ST_SetSRID(ST_Transform(ST_Expand(box, (ST_XMax(box) - ST_XMin(box)) * %(margin)s), 4326), 4490) AS around
    FROM tile
), shape AS (
    SELECT
        a.id,
        CASE WHEN %(label)s::text = 'name' THEN a.name END AS name,
        CASE WHEN %(label)s::text = 'code' THEN a.code END AS code,
        nullif(a.kind, '') AS kind,
        -- CGCS2000 and WGS 84 differ by less than a decimetre: the numbers go to Web Mercator as they are.
        ST_AsMVTGeom(ST_Transform(ST_SetSRID(a.geom, 4326), 3857), reach.box, 4096, %(buffer)s, true) AS geom
    FROM area a, reach
    WHERE a.generation_id = %(generation)s AND a.level = %(level)s AND a.geom && reach.around
)
SELECT ST_AsMVT(shape, %(layer)s::text, 4096, 'geom', 'id') FROM shape WHERE geom IS NOT NULL
