-- Incidents are counted up the chain: each for its own area and for every area above.
WITH RECURSIVE wanted AS (
    SELECT a.id FROM area a
    WHERE a.generation_id = generation_at(now()) AND (%(area)s::text[] IS NULL OR a.code = ANY(%(area)s))
      AND (%(area)s::text[] IS NOT NULL OR a.level = %(level)s)
    UNION
    SELECT a.id FROM wanted w JOIN area a ON a.parent_id = w.id WHERE %(area)s::text[] IS NOT NULL
), late AS (
    SELECT i.area_id, i.lead_unit_id, count(*) AS open,
           count(*) FILTER (WHERE now() >= i.near_due_at AND now() < i.due_at) AS near_due,
           count(*) FILTER (WHERE now() >= i.due_at) AS overdue,
           count(*) FILTER (WHERE now() >= i.twice_due_at) AS twice_overdue
    FROM incident i WHERE i.resolved_at IS NULL AND i.area_id IS NOT NULL GROUP BY i.area_id, i.lead_unit_id
), up AS (
    SELECT l.*, l.area_id AS here FROM late l
    UNION ALL
    SELECT u.area_id, u.lead_unit_id, u.open, u.near_due, u.overdue, u.twice_overdue, a.parent_id
    FROM up u JOIN area a ON a.id = u.here WHERE a.parent_id IS NOT NULL
), by_unit AS (
    SELECT here, lead_unit_id, sum(open)::integer AS open, sum(near_due)::integer AS near_due,
           sum(overdue)::integer AS overdue, sum(twice_overdue)::integer AS twice_overdue
    FROM up GROUP BY here, lead_unit_id
), counts AS (
    SELECT here, sum(open)::integer AS open, sum(near_due)::integer AS near_due, sum(overdue)::integer AS overdue,
           sum(twice_overdue)::integer AS twice_overdue,
           (array_agg(lead_unit_id ORDER BY overdue DESC, lead_unit_id) FILTER (WHERE overdue > 0 AND lead_unit_id IS NOT NULL))[1]
               AS unit_id
    FROM by_unit GROUP BY here
)
SELECT a.code, a.name, a.kind, coalesce(p.code, a.parent_code) AS parent_code, p.name AS parent_name, a.households,
       a.team_secretary, a.team_worker, a.team_assistants,
       coalesce(c.open, 0) AS open, coalesce(c.near_due, 0) AS near_due, coalesce(c.overdue, 0) AS overdue,
       coalesce(c.twice_overdue, 0) AS twice_overdue,
       u.code AS unit_code, u.letter AS unit_letter, u.name AS unit_name, u.colour_slot,
       ST_X(inside.point) AS lon, ST_Y(inside.point) AS lat, ST_AsBinary(a.geom) AS geom
FROM wanted w
JOIN area a ON a.id = w.id AND a.level = %(level)s
CROSS JOIN LATERAL ST_PointOnSurface(a.geom) AS inside (point)
LEFT JOIN area p ON p.id = a.parent_id
LEFT JOIN counts c ON c.here = a.id
LEFT JOIN unit u ON u.id = c.unit_id
WHERE %(kind)s::text[] IS NULL OR a.kind = ANY(%(kind)s)
ORDER BY a.code COLLATE "C"
