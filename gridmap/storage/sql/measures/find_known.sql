SELECT (SELECT value::integer FROM setting WHERE name = 'small_number'), now(),
       (SELECT u.code FROM unit u WHERE u.id = centre_unit_id()),
       %(area)s::text IS NULL OR EXISTS (SELECT FROM area a WHERE a.code = %(area)s::text),
       %(unit)s::text IS NULL OR EXISTS (SELECT FROM unit u WHERE u.code = %(unit)s::text),
       %(item)s::text IS NULL OR EXISTS (SELECT FROM responsibility_item i WHERE i.code = %(item)s::text)
           OR EXISTS (SELECT FROM incident i WHERE i.item_code = %(item)s::text)
