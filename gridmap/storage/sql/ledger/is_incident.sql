SELECT EXISTS (SELECT FROM incident WHERE id = %(incident_id)s)
