INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit)
SELECT item_id, number, name, limit_value::numeric, limit_unit
FROM unnest(%(item_id)s::integer[], %(number)s::smallint[], %(name)s::text[], %(limit_value)s::text[], %(limit_unit)s::text[])
    AS given (item_id, number, name, limit_value, limit_unit)
