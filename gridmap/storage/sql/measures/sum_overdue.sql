-- Working seconds after the due time of the incidents that are overdue at an instant, by who burnt them; by unit also those of
-- the incidents that the unit holds then. As ledger_at, but by the due time that stood at the instant.
WITH centre AS (
    SELECT centre_unit_id() AS id
), late AS MATERIALIZED (
    SELECT f.*, i.target_at IS NULL AND coalesce(r.limit_unit, 'working_day') = 'calendar_day' AS is_moved_plain,
           i.target_at IS NULL AND coalesce(r.limit_unit, 'working_day') <> 'calendar_day' AS is_moved_working,
           measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, NULL, f.item_code, f.class_name,
                       f.channel, f.reported_day) AS place_key
    FROM measure_facts(%(since)s, %(until)s, %(as_of)s) f
    JOIN incident i ON i.id = f.incident_id
    LEFT JOIN responsibility_item r ON r.id = i.item_id
    WHERE f.is_overdue_now
      AND (%(area)s::text IS NULL OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
      AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text)
), piece AS (
    SELECT l.*, h.unit_id AS burnt_by_id, h.kind, h.from_at, least(h.to_at, %(as_of)s) AS to_at,
           coalesce(sum(s.plain_s) OVER later, 0) AS later_plain_s, coalesce(sum(s.working_s) OVER later, 0) AS later_working_s
    FROM late l
    JOIN incident_hold h ON h.incident_id = l.incident_id AND h.from_at <= %(as_of)s
    LEFT JOIN LATERAL (
        SELECT extract(epoch FROM h.to_at - h.from_at)::double precision AS plain_s,
               working_seconds_at(h.to_at) - working_seconds_at(h.from_at) AS working_s
        WHERE h.kind <> 'held') s ON true
    WINDOW later AS (PARTITION BY l.incident_id ORDER BY h.from_at, h.id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
), over AS (
    SELECT p.incident_id, p.burnt_by_id, p.holder_unit_id, p.place_key,
           greatest(0, working_seconds_at(p.to_at) - greatest(working_seconds_at(p.from_at),
               working_seconds_at(p.due_at - make_interval(secs => CASE WHEN p.is_moved_plain THEN p.later_plain_s ELSE 0 END))
               - CASE WHEN p.is_moved_working THEN p.later_working_s ELSE 0 END)) AS overdue_s
    FROM piece p WHERE p.kind = 'held'
)
SELECT k.key, GROUPING(k.key) = 1 AS is_total, sum(k.working_s) FILTER (WHERE k.is_burnt),
       count(DISTINCT k.incident_id) FILTER (WHERE k.is_burnt), sum(k.working_s) FILTER (WHERE NOT k.is_burnt)
FROM (
    SELECT o.incident_id, o.overdue_s AS working_s, s.is_burnt,
           CASE WHEN %(by)s::text = 'unit' THEN coalesce(u.code, '') ELSE o.place_key END AS key
    FROM over o
    CROSS JOIN centre c
    CROSS JOIN LATERAL (
        SELECT true AS is_burnt, coalesce(o.burnt_by_id, c.id) AS unit_id
        UNION ALL
        SELECT false, coalesce(o.holder_unit_id, c.id) WHERE %(by)s::text = 'unit') s
    LEFT JOIN unit u ON u.id = s.unit_id
    WHERE o.overdue_s > 0 AND (%(unit)s::text IS NULL OR u.code = %(unit)s::text)
) k
GROUP BY GROUPING SETS ((k.key), ())
