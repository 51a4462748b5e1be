SELECT d.item_id, d.role, d.unit_type, d.number, d.duty
FROM responsibility_duty d
JOIN responsibility_item i ON i.id = d.item_id
WHERE i.list_id = %(list_id)s AND d.duty <> ''
ORDER BY d.item_id, d.role, d.unit_type, d.number
