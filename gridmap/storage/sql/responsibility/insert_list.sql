INSERT INTO responsibility_list (name, effective_from, source)
VALUES (%(name)s, %(effective_from)s, %(source)s)
RETURNING id
