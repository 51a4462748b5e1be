-- With also_placed the place of today counts, otherwise that of the report. The due times do not depend on the place.
UPDATE incident i
SET generation_id = place.generation_id,
    area_id = place.area_id,
    small_grid = place.small_grid,
    large_grid = place.large_grid,
    village = place.village,
    township = place.township,
    special_grid = place.special_grid,
    placement = place.placement,
    margin_m = place.margin_m,
    lead_unit_id = way.lead_unit_id,
    lead_rule = way.lead_rule,
    jurisdiction_id = way.jurisdiction_id
FROM incident o
CROSS JOIN LATERAL locate(o.geom, o.precision, CASE WHEN %(also_placed)s THEN now() ELSE o.reported_at END) AS place
CROSS JOIN LATERAL route(o.item_code, o.geom, o.precision, place.township, o.reported_at) AS way
WHERE o.id = i.id AND i.resolved_at IS NULL AND (i.generation_id IS NULL OR %(also_placed)s)
  AND place.generation_id IS NOT NULL
