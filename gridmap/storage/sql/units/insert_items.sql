INSERT INTO responsibility_item (list_id, code, class_name, name, level, legal_basis, limit_value, limit_unit)
SELECT %(list_id)s, code, class_name, name, level, legal_basis, limit_value::numeric, limit_unit
FROM unnest(%(code)s::text[], %(class_name)s::text[], %(name)s::text[], %(level)s::text[], %(legal_basis)s::text[],
            %(limit_value)s::text[], %(limit_unit)s::text[])
    AS given (code, class_name, name, level, legal_basis, limit_value, limit_unit)
RETURNING code, id
