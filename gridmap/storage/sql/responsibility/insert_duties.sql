INSERT INTO responsibility_duty (item_id, role, unit_type, number, duty)
SELECT * FROM unnest(%(item_id)s::integer[], %(role)s::text[], %(unit_type)s::text[], %(number)s::smallint[], %(duty)s::text[])
