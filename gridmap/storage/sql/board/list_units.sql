SELECT id, code, letter, name, short_name, unit_type, level, township_code, colour_slot
FROM unit
ORDER BY id
