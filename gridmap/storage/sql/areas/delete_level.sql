DELETE FROM area WHERE generation_id = %(generation_id)s AND level = %(level)s
