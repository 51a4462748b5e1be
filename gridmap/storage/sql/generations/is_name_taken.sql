SELECT EXISTS (SELECT FROM generation WHERE name = %(name)s)
