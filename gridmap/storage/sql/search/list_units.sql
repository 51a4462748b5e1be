SELECT id, code, name, short_name, letter FROM unit ORDER BY code COLLATE "C"
