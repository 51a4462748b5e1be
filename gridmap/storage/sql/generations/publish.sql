UPDATE generation SET published_at = now(), valid_from = %(valid_from)s WHERE id = %(id)s
