SELECT id, code, class_name, name, level, legal_basis, limit_value, limit_unit, needs_power
FROM responsibility_item
WHERE list_id = %(list_id)s
ORDER BY id
