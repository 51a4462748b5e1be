SELECT id FROM incident WHERE queue = %(queue)s AND resolved_at IS NULL ORDER BY id FOR UPDATE
