CREATE INDEX address_geom ON address USING gist (geom)
