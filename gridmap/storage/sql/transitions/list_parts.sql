SELECT part FROM incident_person WHERE incident_id = %(incident_id)s AND staff_id = %(staff_id)s
