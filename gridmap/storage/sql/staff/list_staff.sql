SELECT s.code, s.name, s.role, u.code, u.name, s.area_code, s.is_active, u.short_name
FROM staff s LEFT JOIN unit u ON u.id = s.unit_id
ORDER BY u.code COLLATE "C" NULLS FIRST, s.code COLLATE "C"
