SELECT a.level, count(*)::integer
FROM area a JOIN area_level l USING (level)
WHERE a.generation_id = %(generation_id)s
GROUP BY a.level, l.rank ORDER BY l.rank
