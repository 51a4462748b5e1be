SELECT id, unit_type = 'command_centre' FROM unit WHERE code = %(code)s
