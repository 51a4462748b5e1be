-- Reports at the place of an incident of the same item that was closed not long before, so that a market with thousands of them
-- costs no more than as many places: first by cells so small that whatever lies in one lies near enough, where the last
-- closing before each report decides; then what is left against what was closed in cells of four times the distance, of which the
-- box of the distance around a point touches one to four.
-- Degrees are made of metres so that a small cell is never longer than it should be (a degree has less than 112,000 m), and a
-- large one never shorter (more than 110,000 m); the distance itself is that of the measuring CRS.
WITH wanted AS MATERIALIZED (
    SELECT w.*, w.distance_m / 112000 / 1.415 AS small, 4 * w.distance_m / 110000 AS large, w.distance_m / 110000 AS box
    FROM (
        SELECT make_interval(days => (SELECT value::integer FROM setting WHERE name = 'repeat_days')) AS span,
               (SELECT greatest(value::double precision, 1) FROM setting WHERE name = 'repeat_distance_m') AS distance_m,
               (SELECT value::integer FROM setting WHERE name = 'measure_srid') AS srid
        OFFSET 0
    ) w
), fact AS MATERIALIZED (
    SELECT f.incident_id, f.item_code COLLATE "C" AS item_code, f.reported_at, CASE WHEN f.closed_at IS NOT NULL THEN greatest(f.closed_at, f.reported_at) END AS closed_at,
           f.precise_lon AS lon, f.precise_lat AS lat, floor(f.precise_lat / w.small) AS small_y, floor(f.precise_lat / w.large) AS large_y,
           f.reported_at >= %(since)s
               AND (%(area)s::text IS NULL
                    OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
               AND (%(unit)s::text IS NULL OR u.code = %(unit)s::text)
               AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text) AS is_asked,
           measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, u.code, f.item_code, f.class_name,
                       f.channel, f.reported_day) AS key
    FROM wanted w
    CROSS JOIN measure_incidents('-infinity', %(until)s, %(as_of)s) f
    LEFT JOIN unit u ON u.id = f.lead_unit_id
    WHERE f.is_handled AND f.item_code IS NOT NULL AND f.precise_lon IS NOT NULL
      AND (f.reported_at >= %(since)s OR f.closed_at > %(since)s::timestamptz - w.span)
), moment AS (
    SELECT f.incident_id, f.item_code, f.reported_at AS at, NULL::timestamptz AS closed_at,
           f.small_y::bigint * 4294967296
               + floor(f.lon * cos(radians(least(abs(f.small_y), abs(f.small_y + 1)) * w.small)) / w.small)::bigint AS cell
    FROM wanted w CROSS JOIN fact f
    WHERE f.is_asked
    UNION ALL
    SELECT NULL, f.item_code, f.closed_at, f.closed_at,
           f.small_y::bigint * 4294967296
               + floor(f.lon * cos(radians(least(abs(f.small_y), abs(f.small_y + 1)) * w.small)) / w.small)::bigint
    FROM wanted w CROSS JOIN fact f
    WHERE f.closed_at IS NOT NULL
), here AS MATERIALIZED (
    SELECT m.incident_id
    FROM wanted w
    CROSS JOIN (
        -- A closing at the very instant of a report, such as its own, comes behind it: it was not closed before.
        SELECT o.incident_id, o.at, max(o.closed_at) OVER (PARTITION BY o.cell, o.item_code ORDER BY o.at, o.closed_at NULLS FIRST
                                                           ROWS UNBOUNDED PRECEDING) AS last_closed_at
        FROM moment o
    ) m
    WHERE m.incident_id IS NOT NULL AND m.last_closed_at > m.at - w.span
), touched AS (
    -- The southern and the northern row of large cells that the box touches.
    SELECT f.incident_id, f.item_code, f.reported_at AS at, f.lon, f.lat,
           floor(f.lat / w.large - 0.25) AS south, floor(f.lat / w.large + 0.25) AS north
    FROM wanted w CROSS JOIN fact f
    WHERE f.is_asked AND NOT EXISTS (SELECT FROM here h WHERE h.incident_id = f.incident_id)
), touched_row AS MATERIALIZED (
    SELECT t.*, t.south AS y, t.lon * cos(radians(least(greatest(abs(t.south), abs(t.south + 1)) * w.large, 89))) / w.large AS x
    FROM wanted w CROSS JOIN touched t
    UNION ALL
    SELECT t.*, t.north, t.lon * cos(radians(least(greatest(abs(t.north), abs(t.north + 1)) * w.large, 89))) / w.large
    FROM wanted w CROSS JOIN touched t WHERE t.north <> t.south
), looking AS (
    -- And in each the western and the eastern cell.
    SELECT r.incident_id, r.item_code, r.at, r.lon, r.lat, r.y::bigint * 4294967296 + floor(r.x - 0.25)::bigint AS cell
    FROM touched_row r
    UNION ALL
    SELECT r.incident_id, r.item_code, r.at, r.lon, r.lat, r.y::bigint * 4294967296 + floor(r.x + 0.25)::bigint
    FROM touched_row r WHERE floor(r.x + 0.25) <> floor(r.x - 0.25)
), closed AS (
    SELECT f.item_code, f.lon, f.lat, f.closed_at,
           f.large_y::bigint * 4294967296
               + floor(f.lon * cos(radians(least(greatest(abs(f.large_y), abs(f.large_y + 1)) * w.large, 89))) / w.large)::bigint AS cell
    FROM wanted w CROSS JOIN fact f
    WHERE f.closed_at IS NOT NULL
), pair AS (
    SELECT a.incident_id, a.lon, a.lat, c.lon AS closed_lon, c.lat AS closed_lat
    FROM looking a JOIN closed c USING (cell, item_code) CROSS JOIN wanted w
    WHERE c.closed_at < a.at AND c.closed_at > a.at - w.span AND abs(c.lat - a.lat) <= w.box
    OFFSET 0
), again AS (
    SELECT h.incident_id FROM here h
    UNION
    SELECT p.incident_id
    FROM wanted w CROSS JOIN pair p
    WHERE ST_Distance(ST_Transform(ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4490), w.srid),
                      ST_Transform(ST_SetSRID(ST_MakePoint(p.closed_lon, p.closed_lat), 4490), w.srid)) <= w.distance_m
)
SELECT f.key, count(*) FILTER (WHERE a.incident_id IS NOT NULL), count(*)
FROM fact f LEFT JOIN again a USING (incident_id)
WHERE f.is_asked
GROUP BY f.key
