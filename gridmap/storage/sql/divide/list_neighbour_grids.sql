-- Small grids of a generation that touch the village and are none of its own.
SELECT g.code, ST_AsBinary(g.geom) AS shape
FROM area v JOIN area g ON g.generation_id = %(generation_id)s AND g.level = 'small_grid' AND g.geom && v.geom
WHERE v.id = %(id)s AND g.code <> ALL(%(own)s) AND ST_Intersects(g.geom, v.geom)
ORDER BY g.code COLLATE "C"
