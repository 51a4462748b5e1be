INSERT INTO generation (name) VALUES (%(name)s) RETURNING id
