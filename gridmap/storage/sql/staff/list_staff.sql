SELECT s.code, s.name, s.role, u.code, u.name, s.area_code, s.is_active
FROM staff s LEFT JOIN unit u ON u.id = s.unit_id
ORDER BY u.code COLLATE "C" NULLS FIRST, s.code COLLATE "C"
