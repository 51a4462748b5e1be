SELECT j.code, u.code, u.unit_type, ST_AsBinary(j.geom)
FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
WHERE %(day)s::date >= j.valid_from AND %(day)s::date < j.valid_to
ORDER BY j.code COLLATE "C"
