SELECT id, code, name, letter, unit_type, level, telephone FROM unit WHERE id = ANY (%(ids)s)
