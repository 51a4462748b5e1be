SELECT u.code, u.name, p.valid_from::text, p.valid_to::text, p.is_trial, p.source
FROM unit_power p JOIN unit u ON u.id = p.unit_id
WHERE p.item_code = %(item_code)s AND p.unit_id = ANY (%(unit_ids)s)
ORDER BY u.code COLLATE "C", p.valid_from
