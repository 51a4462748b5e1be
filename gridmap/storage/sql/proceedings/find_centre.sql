SELECT centre_unit_id()
