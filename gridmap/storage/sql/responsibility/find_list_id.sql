SELECT find_list_id(%(day)s)
