-- An address on the border of two villages belongs to the one with the lower code, as everywhere. The villages beside are
-- looked up once, not for each address: a county of a thousand villages is read in a tenth of the time.
WITH own AS MATERIALIZED (
    SELECT id, generation_id, code, geom FROM area WHERE id = %(id)s
), lower AS MATERIALIZED (
    SELECT o.geom FROM own v JOIN area o
        ON o.generation_id = v.generation_id AND o.level = 'village' AND o.code COLLATE "C" < v.code COLLATE "C"
    WHERE o.geom && v.geom AND ST_Intersects(o.geom, v.geom)
), found AS MATERIALIZED (
    SELECT d.id, d.households, d.hamlet, d.geom FROM own v JOIN address d ON d.geom && v.geom AND ST_Intersects(v.geom, d.geom)
)
SELECT d.id, d.households, d.hamlet, ST_X(d.geom) AS lon, ST_Y(d.geom) AS lat
FROM found d
WHERE NOT EXISTS (SELECT FROM lower o WHERE o.geom && d.geom AND ST_Intersects(o.geom, d.geom))
ORDER BY d.id
