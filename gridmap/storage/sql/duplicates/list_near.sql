-- Open incidents of the item round a point. The box in degrees is for the index; a hundredth larger than the distance.
WITH here AS (
    SELECT p.geom, ST_Transform(p.geom, measure_srid()) AS geom_m
    FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4490) AS geom) p
)
SELECT i.id, i.title, i.address, i.status, i.reported_at, u.code AS unit_code, i.version,
       ST_Distance(ST_Transform(i.geom, measure_srid()), h.geom_m) AS distance_m
FROM here h JOIN incident i ON i.geom && ST_Expand(h.geom,
        %(distance_m)s::double precision * 1.01 / (111320 * cos(radians(%(lat)s::double precision))),
        %(distance_m)s::double precision * 1.01 / 110540)
    LEFT JOIN unit u ON u.id = i.lead_unit_id
WHERE i.resolved_at IS NULL AND i.item_code IS NOT DISTINCT FROM %(item_code)s::text
  AND i.precision IN ('exact', 'building', 'street') AND i.id IS DISTINCT FROM %(incident_id)s::bigint
  AND i.reported_at BETWEEN %(reported_at)s::timestamptz - make_interval(days => %(days)s::integer)
      AND %(reported_at)s::timestamptz + make_interval(days => %(days)s::integer)
  AND ST_DWithin(ST_Transform(i.geom, measure_srid()), h.geom_m, %(distance_m)s)
ORDER BY distance_m, i.id
LIMIT %(limit)s
