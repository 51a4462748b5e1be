-- An address on the border of two villages belongs to the one with the lower code, as everywhere.
SELECT d.id, d.households, d.hamlet, ST_X(d.geom) AS lon, ST_Y(d.geom) AS lat
FROM area v JOIN address d ON d.geom && v.geom AND ST_Intersects(v.geom, d.geom)
WHERE v.id = %(id)s AND NOT EXISTS (
    SELECT FROM area o
    WHERE o.generation_id = v.generation_id AND o.level = 'village' AND o.code COLLATE "C" < v.code COLLATE "C"
      AND o.geom && d.geom AND ST_Intersects(o.geom, d.geom))
ORDER BY d.id
