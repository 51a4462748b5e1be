SELECT p.item_id, p.name, p.limit_value, p.limit_unit
FROM responsibility_stage p
JOIN responsibility_item i ON i.id = p.item_id
WHERE i.list_id = %(list_id)s
ORDER BY p.item_id, p.number
