UPDATE area SET geom = ST_Multi(ST_GeomFromWKB(%(shape)s, 4490))
WHERE generation_id = %(generation_id)s AND level = 'small_grid' AND code = %(code)s
