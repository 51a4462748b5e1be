SELECT id, code, name, kind, valid_from::text, valid_to::text FROM jurisdiction WHERE id = ANY (%(ids)s)
