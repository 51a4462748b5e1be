SELECT make_work_orders(%(incident_id)s, %(at)s)
