SELECT id, code, name, short_name, letter, unit_type, level, township_code, telephone, colour_slot
FROM unit ORDER BY colour_slot
