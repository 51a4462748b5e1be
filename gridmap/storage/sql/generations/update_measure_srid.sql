INSERT INTO setting (name, value) VALUES ('measure_srid', %(srid)s)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
