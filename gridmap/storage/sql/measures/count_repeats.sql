-- Reports at the place of an incident of the same item that was closed not long before. Cells of twice the distance find the
-- pairs: the box of that distance around a closed one lies in four of them; and spans of the length of those days, of which a
-- report looks back into two.
WITH wanted AS (
    SELECT (SELECT greatest(value::integer, 1) FROM setting WHERE name = 'repeat_days') AS days,
           (SELECT value::double precision FROM setting WHERE name = 'repeat_distance_m') AS distance_m
), fact AS MATERIALIZED (
    SELECT f.*, u.code AS unit_code
    FROM measure_facts('-infinity', 'infinity', %(as_of)s) f
    LEFT JOIN unit u ON u.id = f.lead_unit_id
    WHERE f.is_counted AND f.item_code IS NOT NULL AND f.precise_lon IS NOT NULL
), cell AS (
    SELECT 2 * w.distance_m / 110000 AS height,
           2 * w.distance_m / (110000 * cos(radians((SELECT least(max(abs(f.precise_lat)), 89) FROM fact f)))) AS width
    FROM wanted w
), asked AS (
    SELECT f.*, measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, f.unit_code, f.item_code,
                            f.class_name, f.channel, f.reported_day) AS key,
           floor(f.precise_lon / c.width)::bigint AS x, floor(f.precise_lat / c.height)::bigint AS y,
           floor(extract(epoch FROM f.reported_at) / (86400 * w.days))::integer AS span
    FROM fact f CROSS JOIN cell c CROSS JOIN wanted w
    WHERE f.reported_at >= %(since)s AND f.reported_at < %(until)s
      AND (%(area)s::text IS NULL OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
      AND (%(unit)s::text IS NULL OR f.unit_code = %(unit)s::text) AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text)
), closed AS MATERIALIZED (
    SELECT f.item_code, f.closed_at, f.precise_lon, f.precise_lat, floor(f.precise_lon / c.width + h.x)::bigint AS x, floor(f.precise_lat / c.height + h.y)::bigint AS y,
           floor(extract(epoch FROM f.closed_at) / (86400 * w.days))::integer AS span
    FROM fact f CROSS JOIN cell c CROSS JOIN wanted w CROSS JOIN (VALUES (-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)) AS h (x, y)
    WHERE f.closed_at IS NOT NULL
), looking_back AS MATERIALIZED (
    SELECT a.incident_id, a.reported_at, a.precise_lon, a.precise_lat, a.item_code, a.x, a.y, a.span - back.spans AS span
    FROM asked a CROSS JOIN (VALUES (0), (1)) AS back (spans)
), again AS (
    SELECT DISTINCT a.incident_id
    FROM looking_back a
    JOIN closed c USING (item_code, x, y, span)
    CROSS JOIN wanted w
    WHERE c.closed_at <= a.reported_at AND c.closed_at > a.reported_at - make_interval(days => w.days)
      AND ST_DistanceSphere(ST_MakePoint(a.precise_lon, a.precise_lat), ST_MakePoint(c.precise_lon, c.precise_lat)) <= w.distance_m
)
SELECT a.key, count(*) FILTER (WHERE g.incident_id IS NOT NULL), count(*)
FROM asked a LEFT JOIN again g USING (incident_id)
GROUP BY a.key
