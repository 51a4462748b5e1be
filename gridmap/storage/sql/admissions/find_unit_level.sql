SELECT level, id = centre_unit_id() FROM unit WHERE id = %(unit_id)s
