SELECT a.id, a.level, l.rank::integer, a.code, a.name, coalesce(p.name, ''),
       ST_XMin(a.geom), ST_YMin(a.geom), ST_XMax(a.geom), ST_YMax(a.geom)
FROM area a
JOIN area_level l ON l.level = a.level
LEFT JOIN area p ON p.id = a.parent_id
WHERE a.generation_id = generation_at(now())
ORDER BY l.rank, a.code COLLATE "C"
