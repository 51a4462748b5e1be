SELECT f.kind, f.class, f.name, ST_AsBinary(f.geom) AS shape
FROM area v JOIN map_feature f ON f.kind IN ('road', 'river') AND f.geom && v.geom AND ST_Intersects(f.geom, v.geom)
WHERE v.id = %(id)s
ORDER BY f.id
