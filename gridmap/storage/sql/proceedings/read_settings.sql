SELECT name, value FROM setting WHERE name = ANY(%(names)s)
