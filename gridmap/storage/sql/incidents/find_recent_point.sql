SELECT ST_X(geom), ST_Y(geom), address FROM incident
WHERE id >= (SELECT max(id) FROM incident) * %(share)s::double precision AND placement = 'inside'
ORDER BY id LIMIT 1
