SELECT a.id, a.code, a.name, a.level FROM area a JOIN area_level l USING (level)
WHERE a.parent_id = %(id)s ORDER BY l.rank, a.code COLLATE "C"
