SELECT ST_AsBinary(coalesce(
    (SELECT ST_Union(geom) FROM area WHERE generation_id = %(generation_id)s AND level = 'county'),
    (SELECT ST_Union(geom) FROM area WHERE generation_id = %(generation_id)s AND level = 'township')))
