SELECT unit_has_power(u.id, %(item_code)s, %(day)s) FROM unit u WHERE u.code = %(unit_code)s
