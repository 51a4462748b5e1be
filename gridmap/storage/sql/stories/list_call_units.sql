-- Whom a township may call: county units that lead, by code.
SELECT DISTINCT u.id, u.code COLLATE "C" AS code
FROM unit u JOIN responsibility_party p ON p.unit_type = u.unit_type AND p.role = 'lead'
WHERE u.level = 'county'
ORDER BY code
