SELECT j.code, j.name, j.kind, u.code AS unit_code, u.letter AS unit_letter, u.name AS unit_name, u.colour_slot,
       nullif(j.valid_from, '-infinity') AS valid_from, nullif(j.valid_to, 'infinity') AS valid_to,
       ST_X(inside.point) AS lon, ST_Y(inside.point) AS lat, ST_AsBinary(j.geom) AS geom
FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
CROSS JOIN LATERAL ST_PointOnSurface(j.geom) AS inside (point)
WHERE (%(unit)s::text[] IS NULL OR u.code = ANY(%(unit)s)) AND (%(kind)s::text[] IS NULL OR j.kind = ANY(%(kind)s))
ORDER BY j.code COLLATE "C"
