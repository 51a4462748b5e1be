-- One tile of the map features of a kind, without the classes that nothing draws from it.
WITH tile AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box
), reach AS (
    SELECT box, ST_SetSRID(ST_Transform(ST_Expand(box, (ST_XMax(box) - ST_XMin(box)) * %(margin)s), 4326), 4490) AS around
    FROM tile
), shape AS (
    SELECT
        f.id,
        CASE WHEN %(label)s::text = 'name' THEN nullif(f.name, '') END AS name,
        nullif(f.class, '') AS class,
        ST_AsMVTGeom(ST_Transform(ST_SetSRID(f.geom, 4326), 3857), reach.box, 4096, %(buffer)s, true) AS geom
    FROM map_feature f, reach
    WHERE f.kind = %(kind)s AND f.geom && reach.around AND NOT coalesce(f.class, '') = ANY(%(hidden)s::text[])
)
SELECT ST_AsMVT(shape, %(layer)s::text, 4096, 'geom', 'id') FROM shape WHERE geom IS NOT NULL
