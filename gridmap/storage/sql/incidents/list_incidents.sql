WITH RECURSIVE asked AS (
    SELECT id FROM area WHERE code = %(area)s::text
    UNION
    SELECT a.id FROM area a JOIN asked ON a.parent_id = asked.id
)
SELECT id, source_key, channel, item_code, item_name, title, address, reported_lon, reported_lat, datum, precision,
       reported_at, received_at, status, resolved_at, lon, lat, small_grid, large_grid, village, township, special_grid,
       placement, margin_m, unit_code, unit_name, unit_letter, lead_rule, near_due_at, due_at, twice_due_at,
       is_provisional, lateness, version
FROM incident_answer
WHERE id > %(after)s
  AND (%(area)s::text IS NULL OR area_id IN (SELECT id FROM asked) OR special_grid = %(area)s::text)
  AND (%(unit)s::text IS NULL OR unit_code = %(unit)s::text)
  AND (%(statuses)s::text[] IS NULL OR status = ANY (%(statuses)s::text[]))
  AND (%(is_open)s::boolean IS NULL OR (resolved_at IS NULL) = %(is_open)s::boolean)
  AND (%(lateness)s::text IS NULL OR lateness = %(lateness)s::text)
  AND (%(placement)s::text IS NULL OR placement = %(placement)s::text)
  AND (%(queue)s::text IS NULL OR (resolved_at IS NULL AND id IN (SELECT q.id FROM incident q WHERE q.queue = %(queue)s::text)))
ORDER BY id
LIMIT %(limit)s
