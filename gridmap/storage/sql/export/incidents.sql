WITH RECURSIVE here AS (
    -- Of any generation: an incident keeps the area that it had.
    SELECT a.id FROM area a WHERE a.code = ANY(%(area)s)
    UNION
    SELECT a.id FROM here h JOIN area a ON a.parent_id = h.id
)
SELECT i.id, i.source_key, i.title, i.address, i.item_code, r.name AS item_name, r.class_name, i.channel, i.status,
       i.placement, i.precision, i.datum, i.margin_m, i.township, i.village, i.large_grid, i.small_grid, i.special_grid,
       t.name AS township_name, v.name AS village_name, g.name AS large_grid_name, s.name AS small_grid_name,
       u.code AS unit_code, u.letter AS unit_letter, u.name AS unit_name, u.colour_slot,
       i.reported_at, i.due_at, i.resolved_at, i.is_provisional, l.lateness,
       CASE WHEN l.lateness IN ('overdue', 'twice_overdue') THEN
           (working_seconds_at(l.at) - working_seconds_at(i.due_at)) / 3600 END AS overdue_working_h,
       ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat, ST_AsBinary(i.geom) AS geom
FROM incident i
CROSS JOIN LATERAL (
    SELECT x.at, CASE WHEN x.at >= i.twice_due_at THEN 'twice_overdue' WHEN x.at >= i.due_at THEN 'overdue'
                      WHEN x.at >= i.near_due_at THEN 'near_due' ELSE 'on_time' END AS lateness
    FROM (SELECT coalesce(i.resolved_at, now()) AS at) AS x
) AS l
LEFT JOIN responsibility_item r ON r.id = i.item_id
LEFT JOIN unit u ON u.id = i.lead_unit_id
LEFT JOIN area t ON t.generation_id = i.generation_id AND t.level = 'township' AND t.code = i.township
LEFT JOIN area v ON v.generation_id = i.generation_id AND v.level = 'village' AND v.code = i.village
LEFT JOIN area g ON g.generation_id = i.generation_id AND g.level = 'large_grid' AND g.code = i.large_grid
LEFT JOIN area s ON s.generation_id = i.generation_id AND s.level = 'small_grid' AND s.code = i.small_grid
WHERE (%(status)s::text[] IS NULL OR i.status = ANY(%(status)s))
  AND (%(area)s::text[] IS NULL OR i.area_id IN (SELECT id FROM here))
  AND (%(unit)s::text[] IS NULL OR u.code = ANY(%(unit)s))
  AND (%(item)s::text[] IS NULL OR i.item_code = ANY(%(item)s))
  AND (%(class)s::text[] IS NULL OR r.class_name = ANY(%(class)s))
  AND (%(lateness)s::text[] IS NULL OR l.lateness = ANY(%(lateness)s))
  AND (%(channel)s::text[] IS NULL OR i.channel = ANY(%(channel)s))
  AND (%(placement)s::text[] IS NULL OR i.placement = ANY(%(placement)s))
  AND (%(since)s::timestamptz IS NULL OR i.reported_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR i.reported_at < %(until)s)
ORDER BY i.id
