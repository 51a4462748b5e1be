UPDATE dispute SET panel = %(panel)s, is_precedent = %(is_precedent)s, precedent_id = %(precedent_id)s, version = version + 1
WHERE id = %(id)s
