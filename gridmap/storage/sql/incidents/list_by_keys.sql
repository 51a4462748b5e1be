SELECT id, source_key, source_digest, channel, item_code, title, address, reported_lon, reported_lat, datum, precision,
       reported_at, target_at
FROM incident WHERE source_key = ANY (%(keys)s)
