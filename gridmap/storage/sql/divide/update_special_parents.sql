-- A special grid lies inside one of the new grids: the one that holds its inner point.
UPDATE area s SET parent_code = g.code
FROM area g
WHERE s.generation_id = %(generation_id)s AND s.level = 'special_grid' AND s.parent_code = ANY(%(old_codes)s)
  AND g.generation_id = s.generation_id AND g.level = 'small_grid' AND g.code = ANY(%(codes)s)
  AND ST_Covers(g.geom, ST_PointOnSurface(s.geom))
