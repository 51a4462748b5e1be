DELETE FROM area WHERE generation_id = %(generation_id)s AND level = 'small_grid' AND code = ANY(%(codes)s)
