SELECT a.id, a.generation_id, a.generation_id = generation_at(now()) AS is_current, a.code, a.name, a.level, a.kind,
       a.parent_code, a.parent_code_by_geometry, a.households, a.team_secretary, a.team_worker, a.team_assistants,
       ST_X(inside.point) AS lon, ST_Y(inside.point) AS lat,
       ST_XMin(a.geom) AS west, ST_YMin(a.geom) AS south, ST_XMax(a.geom) AS east, ST_YMax(a.geom) AS north,
       ST_Area(a.geom_m) AS area_m2
FROM area a CROSS JOIN LATERAL ST_PointOnSurface(a.geom) AS inside (point)
WHERE a.id = %(id)s
