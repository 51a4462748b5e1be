INSERT INTO incident (source_key, source_digest, channel, item_code, title, address, reported_lon, reported_lat, datum,
                      precision, reported_at, status, resolved_at, target_at)
SELECT r.source_key, r.source_digest, r.channel, r.item_code, r.title, r.address, r.lon, r.lat, r.datum,
       r.precision, r.reported_at, r.status, r.resolved_at, r.target_at
FROM unnest(%(source_key)s::text[], %(source_digest)s::bytea[], %(channel)s::text[], %(item_code)s::text[],
            %(title)s::text[], %(address)s::text[], %(lon)s::double precision[], %(lat)s::double precision[],
            %(datum)s::text[], %(precision)s::text[], %(reported_at)s::timestamptz[], %(status)s::text[],
            %(resolved_at)s::timestamptz[], %(target_at)s::timestamptz[])
    WITH ORDINALITY AS r (source_key, source_digest, channel, item_code, title, address, lon, lat, datum, precision,
                          reported_at, status, resolved_at, target_at, position)
-- Known keys are left out before the rules run for them; the conflict clause is for the race of two senders.
WHERE NOT EXISTS (SELECT FROM incident i WHERE i.source_key = r.source_key)
-- In the order of the keys: two senders of the same keys then wait for each other and never in a circle.
ORDER BY r.source_key, r.position
ON CONFLICT (source_key) DO NOTHING
RETURNING id, source_key
