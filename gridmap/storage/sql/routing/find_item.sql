SELECT r.code, r.name, r.class_name, r.level, r.legal_basis, r.limit_value, r.limit_unit, r.needs_power, l.id, l.name,
       l.effective_from
FROM responsibility_item r JOIN responsibility_list l ON l.id = r.list_id
WHERE r.id = %(item_id)s
