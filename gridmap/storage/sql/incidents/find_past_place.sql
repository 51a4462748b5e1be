-- The earlier incident at a share of all numbers up to the last one given: what it was, where, and how the place is called.
SELECT item_code, ST_X(geom), ST_Y(geom), address FROM incident
WHERE id >= (SELECT min(id) FROM incident)
          + ((%(last)s - (SELECT min(id) FROM incident)) * %(share)s::double precision)::bigint
  AND id <= %(last)s AND placement = 'inside' AND item_id IS NOT NULL
ORDER BY id LIMIT 1
