-- Working seconds of the period by who burnt them; by unit also those of the incidents that the unit holds at the end. Working time is
-- looked up in the working intervals of the period, which one array holds.
WITH centre AS MATERIALIZED (
    SELECT centre_unit_id() AS id
), clock AS MATERIALIZED (
    SELECT array_agg(starts_at ORDER BY starts_at) AS starts, array_agg(ends_at ORDER BY starts_at) AS ends,
           array_agg(seconds_before - date_part('epoch', starts_at) ORDER BY starts_at) AS shift
    FROM working_interval
    WHERE starts_at <= %(end)s::timestamptz
      AND starts_at >= coalesce((SELECT max(starts_at) FROM working_interval WHERE starts_at <= %(since)s::timestamptz), '-infinity')
), span AS (
    SELECT h.incident_id, h.unit_id, greatest(h.from_at, %(since)s) AS from_at, least(h.to_at, %(end)s) AS to_at
    FROM incident_hold h
    WHERE h.kind = 'held' AND h.from_at < %(end)s AND (h.to_at IS NULL OR h.to_at > %(since)s)
), piece AS (
    -- One for each incident, or where units are told apart for each that had it in hand.
    SELECT s.incident_id, CASE WHEN %(by)s::text = 'unit' OR %(unit)s::text IS NOT NULL THEN coalesce(s.unit_id, n.id) END AS unit_id,
           sum(date_part('epoch', least(s.to_at, c.ends[width_bucket(s.to_at, c.starts)])) + c.shift[width_bucket(s.to_at, c.starts)]
               - date_part('epoch', least(s.from_at, c.ends[width_bucket(s.from_at, c.starts)]))
               - c.shift[width_bucket(s.from_at, c.starts)]) AS working_s
    FROM clock c CROSS JOIN centre n CROSS JOIN span s
    GROUP BY 1, 2
), share AS MATERIALIZED (
    SELECT p.incident_id, p.unit_id, p.working_s, f.is_open, coalesce(f.holder_unit_id, n.id) AS holder_unit_id,
           measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, NULL, f.item_code, f.class_name,
                       f.channel, f.reported_day) AS place_key
    FROM piece p JOIN measure_incidents('-infinity', %(end)s, %(as_of)s) f USING (incident_id) CROSS JOIN centre n
    WHERE p.working_s > 0
      AND (%(area)s::text IS NULL OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
      AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text)
), summed AS (
    SELECT s.unit_id, s.place_key, sum(s.working_s) AS burnt_s, count(*) AS incidents, NULL::double precision AS held_s
    FROM share s GROUP BY s.unit_id, s.place_key
    UNION ALL
    SELECT s.holder_unit_id, NULL, NULL, 0, sum(s.working_s)
    FROM share s WHERE %(by)s::text = 'unit' AND s.is_open GROUP BY s.holder_unit_id
), keyed AS (
    SELECT CASE WHEN %(by)s::text = 'unit' THEN coalesce(u.code, '') ELSE m.place_key END AS key, m.burnt_s, m.incidents, m.held_s
    FROM summed m LEFT JOIN unit u ON u.id = m.unit_id
    WHERE %(unit)s::text IS NULL OR u.code = %(unit)s::text
)
SELECT k.key, false, sum(k.burnt_s), sum(k.incidents), sum(k.held_s) FROM keyed k GROUP BY k.key
UNION ALL
-- An incident that two units had in hand is one.
SELECT NULL, true, (SELECT sum(k.burnt_s) FROM keyed k),
       (SELECT count(DISTINCT s.incident_id) FROM share s LEFT JOIN unit u ON u.id = s.unit_id
        WHERE %(unit)s::text IS NULL OR u.code = %(unit)s::text), NULL
