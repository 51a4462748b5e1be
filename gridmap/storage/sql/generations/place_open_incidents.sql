-- With also_placed the place of today counts, otherwise that of the report. Gives which, and whether it is to be routed anew: what a
-- unit has, what somebody or a panel gave to one, and what is disputed keeps who leads it.
UPDATE incident i
SET generation_id = place.generation_id,
    area_id = place.area_id,
    small_grid = place.small_grid,
    large_grid = place.large_grid,
    village = place.village,
    township = place.township,
    special_grid = place.special_grid,
    placement = place.placement,
    margin_m = place.margin_m
FROM incident o
CROSS JOIN LATERAL locate(o.geom, o.precision, CASE WHEN %(also_placed)s THEN now() ELSE o.reported_at END) AS place
WHERE o.id = i.id AND i.resolved_at IS NULL AND (i.generation_id IS NULL OR %(also_placed)s)
  AND place.generation_id IS NOT NULL
RETURNING i.id, is_centre(i.holder_unit_id) AND i.lead_rule <> 'assigned' AND i.status <> 'disputed'
