-- Whom a township may call: the county unit of each type, the first by code.
SELECT DISTINCT ON (u.unit_type) u.unit_type, u.id FROM unit u WHERE u.level = 'county' ORDER BY u.unit_type, u.code COLLATE "C"
