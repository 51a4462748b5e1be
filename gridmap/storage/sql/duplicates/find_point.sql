SELECT ST_X(p), ST_Y(p) FROM to_cgcs2000(%(lon)s, %(lat)s, %(datum)s) p
