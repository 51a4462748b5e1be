SELECT ST_X(geom), ST_Y(geom), hamlet FROM address
WHERE id >= (SELECT max(id) FROM address) * %(share)s::double precision ORDER BY id LIMIT 1
