UPDATE dispute SET is_precedent = %(is_precedent)s, version = version + 1 WHERE id = %(id)s AND version = %(version)s
RETURNING version
