SELECT i.id, coalesce(r.name, ''), coalesce(a.name, '')
FROM incident i
LEFT JOIN responsibility_item r ON r.id = i.item_id
LEFT JOIN area a ON a.generation_id = i.generation_id AND a.level = 'township' AND a.code = i.township
WHERE i.id = %(incident_id)s
