SELECT id FROM incident WHERE id = ANY (%(ids)s) AND status = 'reported' AND version = 1 FOR UPDATE
