SELECT a.id FROM area a JOIN area_level l USING (level)
WHERE a.code = %(code)s AND a.generation_id = generation_at(now())
  AND (%(level)s::text IS NULL OR a.level = %(level)s)
ORDER BY l.rank DESC LIMIT 1
