SELECT version, status FROM incident WHERE id = %(incident_id)s
