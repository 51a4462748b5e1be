-- Working seconds after the due time of the incidents that are overdue at an instant, by who burnt them; by unit also those of
-- the incidents that the unit holds then. As ledger_at, but by the due time that stood at the instant. Working time is looked up in the
-- working intervals up to then, which one array holds.
WITH centre AS MATERIALIZED (
    SELECT centre_unit_id() AS id
), clock AS MATERIALIZED (
    SELECT array_agg(starts_at ORDER BY starts_at) AS starts, array_agg(ends_at ORDER BY starts_at) AS ends,
           array_agg(seconds_before - date_part('epoch', starts_at) ORDER BY starts_at) AS shift
    FROM working_interval WHERE starts_at <= %(as_of)s::timestamptz
), late AS MATERIALIZED (
    SELECT f.incident_id, f.due_at, f.holder_unit_id, i.target_at IS NULL AND r.limit_unit = 'calendar_day' AS is_moved_plain,
           i.target_at IS NULL AND coalesce(r.limit_unit, '') <> 'calendar_day' AS is_moved_working,
           measure_key(%(by)s::text, f.county, f.township, f.village, f.large_grid, f.small_grid, NULL, f.item_code, f.class_name,
                       f.channel, f.reported_day) AS place_key
    FROM measure_incidents(%(since)s, %(until)s, %(as_of)s) f
    JOIN incident i ON i.id = f.incident_id
    LEFT JOIN responsibility_item r ON r.id = i.item_id
    WHERE f.is_open AND f.due_at <= %(as_of)s
      AND (%(area)s::text IS NULL OR %(area)s::text IN (f.small_grid, f.large_grid, f.village, f.township, f.county, f.special_grid))
      AND (%(item)s::text IS NULL OR f.item_code = %(item)s::text)
), stood AS MATERIALIZED (
    -- What stood still moved the due time: in the pieces before, it was another. No piece of these is after the instant, when the
    -- incident is overdue, and what is overdue can't stand.
    SELECT h.incident_id, h.from_at, h.id, extract(epoch FROM h.to_at - h.from_at)::double precision AS plain_s,
           working_seconds_at(h.to_at) - working_seconds_at(h.from_at) AS working_s
    FROM late l JOIN incident_hold h ON h.incident_id = l.incident_id AND h.from_at <= %(as_of)s AND h.kind <> 'held'
), piece AS (
    SELECT l.incident_id, l.holder_unit_id, l.place_key, h.unit_id AS burnt_by_id, h.from_at, least(h.to_at, %(as_of)s) AS to_at,
           l.due_at - make_interval(secs => CASE WHEN l.is_moved_plain THEN coalesce(s.plain_s, 0) ELSE 0 END) AS due_at,
           CASE WHEN l.is_moved_working THEN coalesce(s.working_s, 0) ELSE 0 END AS moved_s
    FROM late l
    JOIN incident_hold h ON h.incident_id = l.incident_id AND h.from_at <= %(as_of)s AND h.kind = 'held'
    LEFT JOIN LATERAL (
        SELECT sum(s.plain_s) AS plain_s, sum(s.working_s) AS working_s
        FROM stood s WHERE s.incident_id = h.incident_id AND (s.from_at, s.id) > (h.from_at, h.id)) s ON true
), counted AS (
    SELECT p.*, date_part('epoch', least(p.from_at, c.ends[width_bucket(p.from_at, c.starts)])) + c.shift[width_bucket(p.from_at, c.starts)] AS from_s,
           date_part('epoch', least(p.to_at, c.ends[width_bucket(p.to_at, c.starts)])) + c.shift[width_bucket(p.to_at, c.starts)] AS to_s,
           date_part('epoch', least(p.due_at, c.ends[width_bucket(p.due_at, c.starts)])) + c.shift[width_bucket(p.due_at, c.starts)] - p.moved_s AS due_s
    FROM clock c CROSS JOIN piece p
), over AS MATERIALIZED (
    SELECT c.incident_id, CASE WHEN %(by)s::text = 'unit' OR %(unit)s::text IS NOT NULL THEN coalesce(c.burnt_by_id, n.id) END AS unit_id,
           coalesce(c.holder_unit_id, n.id) AS holder_unit_id, c.place_key, sum(c.to_s - greatest(c.from_s, c.due_s)) AS overdue_s
    FROM counted c CROSS JOIN centre n
    WHERE c.to_s > c.from_s AND c.to_s > c.due_s
    GROUP BY 1, 2, 3, 4
), summed AS (
    SELECT o.unit_id, o.place_key, sum(o.overdue_s) AS burnt_s, count(*) AS incidents, NULL::double precision AS held_s
    FROM over o GROUP BY o.unit_id, o.place_key
    UNION ALL
    SELECT o.holder_unit_id, NULL, NULL, 0, sum(o.overdue_s)
    FROM over o WHERE %(by)s::text = 'unit' GROUP BY o.holder_unit_id
), keyed AS (
    SELECT CASE WHEN %(by)s::text = 'unit' THEN coalesce(u.code, '') ELSE m.place_key END AS key, m.burnt_s, m.incidents, m.held_s
    FROM summed m LEFT JOIN unit u ON u.id = m.unit_id
    WHERE %(unit)s::text IS NULL OR u.code = %(unit)s::text
)
SELECT k.key, false, sum(k.burnt_s), sum(k.incidents), sum(k.held_s) FROM keyed k GROUP BY k.key
UNION ALL
-- An incident that two units had in hand is one.
SELECT NULL, true, (SELECT sum(k.burnt_s) FROM keyed k),
       (SELECT count(DISTINCT o.incident_id) FROM over o LEFT JOIN unit u ON u.id = o.unit_id
        WHERE %(unit)s::text IS NULL OR u.code = %(unit)s::text), NULL
