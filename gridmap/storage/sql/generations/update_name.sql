UPDATE generation SET name = %(name)s WHERE id = %(id)s
