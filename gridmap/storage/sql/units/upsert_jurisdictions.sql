INSERT INTO jurisdiction (code, name, kind, unit_id, geom)
SELECT given.code, given.name, given.kind, u.id, given.geom::geometry
FROM unnest(%(code)s::text[], %(name)s::text[], %(kind)s::text[], %(unit_code)s::text[], %(geom)s::text[])
    AS given (code, name, kind, unit_code, geom)
JOIN unit u ON u.code = given.unit_code
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, kind = excluded.kind, unit_id = excluded.unit_id, geom = excluded.geom
