-- Who burnt the time between two instants: the sums of ledger/list_burnt, made to be asked each minute. One row for the working time of
-- a unit, without area, and one for each area in which it burnt time after the due time.
-- Only the ledger of the period is read, and only of what was overdue in it the incidents. Working time is looked up in the few working
-- intervals of the period. What ever stood still had another due time before: there is little of it, and it goes by ledger_between.
WITH clock AS MATERIALIZED (
    SELECT array_agg(starts_at ORDER BY starts_at) AS starts, array_agg(ends_at ORDER BY starts_at) AS ends,
           array_agg(seconds_before - date_part('epoch', starts_at) ORDER BY starts_at) AS shift
    FROM working_interval
    WHERE starts_at <= %(until)s::timestamptz
      AND starts_at >= coalesce((SELECT max(starts_at) FROM working_interval WHERE starts_at <= %(since)s::timestamptz), '-infinity')
), stopped AS MATERIALIZED (
    SELECT DISTINCT s.incident_id FROM incident_hold s
    WHERE s.kind <> 'held' AND EXISTS (
        SELECT FROM incident_hold h WHERE h.incident_id = s.incident_id AND (h.to_at IS NULL OR h.to_at > %(since)s))
), held AS (
    SELECT incident_id, unit_id, from_at, to_at FROM incident_hold WHERE to_at IS NULL AND kind = 'held'
    UNION ALL
    SELECT incident_id, unit_id, from_at, to_at FROM incident_hold WHERE to_at > %(since)s AND kind = 'held'
), late AS MATERIALIZED (
    SELECT id, area_id, due_at FROM incident WHERE resolved_at IS NULL AND due_at < %(until)s
    UNION ALL
    SELECT id, area_id, due_at FROM incident WHERE resolved_at > due_at AND resolved_at > %(since)s
), span AS (
    SELECT unit_id, NULL::bigint AS area_id, false AS is_overdue, greatest(from_at, %(since)s) AS from_at,
           least(coalesce(to_at, %(until)s), %(until)s) AS to_at
    FROM held
    WHERE from_at < %(until)s AND incident_id NOT IN (SELECT incident_id FROM stopped)
    UNION ALL
    SELECT h.unit_id, coalesce(l.area_id, 0), true, greatest(h.from_at, l.due_at, %(since)s),
           least(coalesce(h.to_at, %(until)s), %(until)s)
    FROM late l JOIN incident_hold h ON h.incident_id = l.id
    WHERE h.kind = 'held' AND (h.to_at IS NULL OR h.to_at > greatest(l.due_at, %(since)s)) AND h.from_at < %(until)s
      AND l.due_at < %(until)s AND l.id NOT IN (SELECT incident_id FROM stopped)
), counted AS (
    SELECT s.unit_id, s.area_id, s.is_overdue,
           date_part('epoch', least(s.to_at, c.ends[width_bucket(s.to_at, c.starts)])) + c.shift[width_bucket(s.to_at, c.starts)]
               - date_part('epoch', least(s.from_at, c.ends[width_bucket(s.from_at, c.starts)]))
               - c.shift[width_bucket(s.from_at, c.starts)] AS seconds
    FROM span s CROSS JOIN clock c
    UNION ALL
    SELECT l.unit_id, CASE WHEN k.is_overdue THEN coalesce(i.area_id, 0) END, k.is_overdue,
           CASE WHEN k.is_overdue THEN l.overdue_s ELSE l.working_s END
    FROM ledger_between(%(since)s, %(until)s) l
    JOIN incident i ON i.id = l.incident_id
    CROSS JOIN (VALUES (false), (true)) AS k (is_overdue)
    WHERE l.kind = 'held' AND l.incident_id = ANY (ARRAY(SELECT incident_id FROM stopped))
)
SELECT coalesce(unit_id, (SELECT centre_unit_id()), 0), area_id, sum(seconds)
FROM counted
GROUP BY 1, 2, is_overdue
HAVING sum(seconds) > 0
