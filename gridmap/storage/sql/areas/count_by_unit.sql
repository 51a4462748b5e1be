WITH RECURSIVE here AS (
    SELECT %(id)s::integer AS id
    UNION ALL
    SELECT a.id FROM here h JOIN area a ON a.parent_id = h.id
)
SELECT u.id AS unit_id, u.code AS unit_code, u.name AS unit_name, u.letter AS unit_letter, u.colour_slot AS unit_colour_slot,
       count(*)::integer AS open,
       (count(*) FILTER (WHERE now() >= i.near_due_at AND now() < i.due_at))::integer AS near_due,
       (count(*) FILTER (WHERE now() >= i.due_at))::integer AS overdue,
       (count(*) FILTER (WHERE now() >= i.twice_due_at))::integer AS twice_overdue
FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id
WHERE i.resolved_at IS NULL AND i.area_id IN (SELECT id FROM here)
GROUP BY u.id
ORDER BY overdue DESC, open DESC, u.code COLLATE "C"
