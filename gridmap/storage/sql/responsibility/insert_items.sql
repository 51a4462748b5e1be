-- In the order of the file, so that the order of the ids is that of the list.
INSERT INTO responsibility_item (list_id, code, class_name, name, level, legal_basis, limit_value, limit_unit, needs_power)
SELECT %(list_id)s, code, class_name, name, level, legal_basis, limit_value::numeric, limit_unit, needs_power
FROM unnest(%(code)s::text[], %(class_name)s::text[], %(name)s::text[], %(level)s::text[], %(legal_basis)s::text[],
            %(limit_value)s::text[], %(limit_unit)s::text[], %(needs_power)s::boolean[]) WITH ORDINALITY
    AS given (code, class_name, name, level, legal_basis, limit_value, limit_unit, needs_power, place)
ORDER BY place
RETURNING code, id
