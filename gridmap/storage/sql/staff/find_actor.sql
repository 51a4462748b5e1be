SELECT id, code, role, unit_id, area_code FROM staff WHERE code = %(code)s AND is_active
