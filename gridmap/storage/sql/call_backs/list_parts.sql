SELECT staff_id, part FROM incident_person WHERE incident_id = %(incident_id)s ORDER BY part DESC
