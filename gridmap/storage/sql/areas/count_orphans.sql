SELECT count(*) FROM area WHERE generation_id = %(generation_id)s AND level = %(level)s AND parent_id IS NULL
