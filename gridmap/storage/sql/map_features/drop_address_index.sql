DROP INDEX IF EXISTS address_geom
