SELECT p.item_id, p.role, p.unit_type, p.position, p.legal_basis, p.contact, p.telephone
FROM responsibility_party p
JOIN responsibility_item i ON i.id = p.item_id
WHERE i.list_id = %(list_id)s
ORDER BY p.item_id, p.role DESC, p.position
