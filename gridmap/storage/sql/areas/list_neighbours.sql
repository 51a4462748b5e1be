-- The border is cut in degrees, where neighbours share their vertices, and only then measured.
SELECT id, code, name, level, shared_border_m
FROM (
    SELECT b.id, b.code, b.name, b.level,
           ST_Length(ST_Transform(ST_CollectionExtract(ST_Intersection(
               ST_ClipByBox2D(ST_Boundary(a.geom), ST_Expand(Box2D(b.geom), 0.0001)),
               ST_ClipByBox2D(ST_Boundary(b.geom), ST_Expand(Box2D(a.geom), 0.0001))), 2), measure_srid())) AS shared_border_m
    FROM area a
    JOIN area b ON b.generation_id = a.generation_id AND b.level = a.level AND b.id <> a.id AND b.geom && a.geom
    WHERE a.id = %(id)s AND ST_Intersects(a.geom, b.geom)
) AS beside
WHERE shared_border_m > 0
ORDER BY shared_border_m DESC, code COLLATE "C"
