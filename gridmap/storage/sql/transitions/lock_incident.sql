SELECT FROM incident WHERE id = %(incident_id)s FOR NO KEY UPDATE
