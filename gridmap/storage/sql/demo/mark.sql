INSERT INTO setting (name, value) VALUES ('demonstration_seed', %(seed)s), ('notice', %(notice)s)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
