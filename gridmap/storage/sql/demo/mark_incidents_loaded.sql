INSERT INTO setting (name, value) VALUES ('demonstration_incidents', 'loaded') ON CONFLICT (name) DO NOTHING
