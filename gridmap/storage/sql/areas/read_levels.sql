SELECT a.id, a.level, a.kind, a.code, a.name, a.parent_code, a.households, a.team_secretary, a.team_worker,
       a.team_assistants, a.parent_code_by_geometry, ST_AsBinary(a.geom)
FROM area a JOIN area_level l USING (level)
WHERE a.generation_id = %(generation_id)s AND a.level = ANY(%(levels)s)
ORDER BY l.rank, a.code COLLATE "C"
