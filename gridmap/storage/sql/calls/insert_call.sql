INSERT INTO unit_call (kind, township_code, incident_id, matter, place, geom, wanted, called_at, called_by)
VALUES (%(kind)s, %(township)s, %(incident_id)s, %(matter)s, %(place)s, to_cgcs2000(%(lon)s, %(lat)s, %(datum)s), %(wanted)s,
        %(at)s, %(staff_id)s)
RETURNING id
