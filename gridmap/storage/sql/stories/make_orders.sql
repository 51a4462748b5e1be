SELECT make_work_orders(id, %(at)s) FROM incident WHERE source_key = %(source_key)s AND lead_unit_id IS NOT NULL
