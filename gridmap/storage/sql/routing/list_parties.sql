-- A list that was stored without its parties still has their duties.
SELECT role, unit_type, coalesce(p.position, d.first_number) AS position, coalesce(p.legal_basis, ''),
       coalesce(p.contact, ''), coalesce(p.telephone, ''), coalesce(d.duties, '{}')
FROM (SELECT * FROM responsibility_party WHERE item_id = %(item_id)s) p
FULL JOIN (
    SELECT role, unit_type, min(number) AS first_number, array_agg(duty ORDER BY number) FILTER (WHERE duty <> '') AS duties
    FROM responsibility_duty WHERE item_id = %(item_id)s GROUP BY role, unit_type) d USING (role, unit_type)
ORDER BY role DESC, position, unit_type
