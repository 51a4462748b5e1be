SELECT EXISTS (SELECT FROM responsibility_list WHERE name = %(name)s OR effective_from = %(effective_from)s)
