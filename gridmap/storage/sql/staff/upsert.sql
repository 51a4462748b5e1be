INSERT INTO staff (code, name, role, unit_id, area_code, is_active)
SELECT r.code, r.name, r.role, u.id, r.area_code, r.is_active
FROM unnest(%(code)s::text[], %(name)s::text[], %(role)s::text[], %(unit_code)s::text[], %(area_code)s::text[],
            %(is_active)s::boolean[]) AS r (code, name, role, unit_code, area_code, is_active)
LEFT JOIN unit u ON u.code = r.unit_code
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, role = excluded.role, unit_id = excluded.unit_id, area_code = excluded.area_code,
    is_active = excluded.is_active
