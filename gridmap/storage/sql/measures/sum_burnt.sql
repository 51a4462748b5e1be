-- Working seconds of the period by who burnt them; by unit also those of the incidents that the unit holds at the end.
WITH centre AS (
    SELECT centre_unit_id() AS id
), piece AS (
    SELECT h.incident_id, h.unit_id, t.w - f.w AS working_s
    FROM incident_hold h
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(greatest(h.from_at, %(since)s), w.ends_at) - w.starts_at)::double precision AS w
        FROM working_interval w WHERE w.starts_at <= greatest(h.from_at, %(since)s) ORDER BY w.starts_at DESC LIMIT 1) f
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(h.to_at, %(end)s, w.ends_at) - w.starts_at)::double precision AS w
        FROM working_interval w WHERE w.starts_at <= least(h.to_at, %(end)s) ORDER BY w.starts_at DESC LIMIT 1) t
    WHERE h.kind = 'held' AND h.from_at < %(end)s AND (h.to_at IS NULL OR h.to_at > %(since)s)
), burnt AS (
    SELECT f.*, p.unit_id AS burnt_by_id, p.working_s,
           measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, NULL, f.item_code, f.class_name,
                       f.channel, f.reported_day) AS place_key
    FROM piece p JOIN measure_facts('-infinity', 'infinity', %(as_of)s) f USING (incident_id)
    WHERE (%(area)s::text IS NULL OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
      AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text)
)
SELECT k.key, GROUPING(k.key) = 1 AS is_total, sum(k.working_s) FILTER (WHERE k.is_burnt),
       count(DISTINCT k.incident_id) FILTER (WHERE k.is_burnt), sum(k.working_s) FILTER (WHERE NOT k.is_burnt)
FROM (
    SELECT b.incident_id, b.working_s AS working_s, s.is_burnt,
           CASE WHEN %(by)s::text = 'unit' THEN coalesce(u.code, '') ELSE b.place_key END AS key
    FROM burnt b
    CROSS JOIN centre c
    CROSS JOIN LATERAL (
        SELECT true AS is_burnt, coalesce(b.burnt_by_id, c.id) AS unit_id
        UNION ALL
        SELECT false, coalesce(b.holder_unit_id, c.id) WHERE %(by)s::text = 'unit' AND b.of_overdue_now) s
    LEFT JOIN unit u ON u.id = s.unit_id
    WHERE (%(unit)s::text IS NULL OR u.code = %(unit)s::text)
) k
GROUP BY GROUPING SETS ((k.key), ())
