INSERT INTO unit (code, name, short_name, letter, unit_type, level, township_code, telephone, colour_slot)
SELECT * FROM unnest(%(code)s::text[], %(name)s::text[], %(short_name)s::text[], %(letter)s::text[], %(unit_type)s::text[],
                     %(level)s::text[], %(township_code)s::text[], %(telephone)s::text[], %(colour_slot)s::text[]::integer[])
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, short_name = excluded.short_name, letter = excluded.letter, unit_type = excluded.unit_type,
    level = excluded.level, township_code = excluded.township_code, telephone = excluded.telephone
