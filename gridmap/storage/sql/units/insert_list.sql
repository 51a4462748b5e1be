INSERT INTO responsibility_list (name, effective_from) VALUES (%(name)s, %(effective_from)s) RETURNING id
