SELECT a.name, ST_X(p.point), ST_Y(p.point)
FROM area a CROSS JOIN LATERAL (SELECT ST_PointOnSurface(a.geom) AS point) p
WHERE a.level = %(level)s AND a.generation_id = generation_at(now())
ORDER BY a.code
