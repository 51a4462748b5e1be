-- Areas other than small and special grids that the draft has otherwise than the current generation, or not at all.
SELECT count(*)::integer
FROM (SELECT level, code, name, ST_AsBinary(geom) AS shape FROM area WHERE generation_id = %(draft)s) d
FULL JOIN (SELECT level, code, name, ST_AsBinary(geom) AS shape FROM area WHERE generation_id = generation_at(now())) c
    ON c.level = d.level AND c.code = d.code
WHERE COALESCE(d.level, c.level) NOT IN ('small_grid', 'special_grid')
  AND (d.code IS NULL OR c.code IS NULL OR d.name <> c.name OR d.shape <> c.shape)
