SELECT item_code, title, reported_at, precision, ST_X(geom), ST_Y(geom) FROM incident WHERE id = %(incident_id)s
