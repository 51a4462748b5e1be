SELECT u.code, p.item_code, nullif(p.valid_from, '-infinity'), nullif(p.valid_to, 'infinity') - 1, p.is_trial, p.source
FROM unit_power p
JOIN unit u ON u.id = p.unit_id
WHERE (%(unit_code)s::text IS NULL OR u.code = %(unit_code)s)
  AND (%(item_code)s::text IS NULL OR p.item_code = %(item_code)s)
  AND (%(day)s::date IS NULL OR (p.valid_from <= %(day)s AND p.valid_to > %(day)s))
  AND (%(ends_until)s::date IS NULL OR (p.valid_to <> 'infinity' AND p.valid_to - 1 <= %(ends_until)s))
ORDER BY u.code COLLATE "C", p.item_code COLLATE "C", p.valid_from
