SELECT u.id, u.code, u.name, u.short_name, u.letter, u.unit_type, u.level, u.township_code, u.telephone, u.colour_slot,
       coalesce(c.open, 0) AS open, coalesce(c.near_due, 0) AS near_due, coalesce(c.overdue, 0) AS overdue,
       coalesce(c.twice_overdue, 0) AS twice_overdue
FROM unit u
LEFT JOIN (
    SELECT lead_unit_id, count(*)::integer AS open,
           (count(*) FILTER (WHERE now() >= near_due_at AND now() < due_at))::integer AS near_due,
           (count(*) FILTER (WHERE now() >= due_at))::integer AS overdue,
           (count(*) FILTER (WHERE now() >= twice_due_at))::integer AS twice_overdue
    FROM incident WHERE resolved_at IS NULL GROUP BY lead_unit_id
) AS c ON c.lead_unit_id = u.id
ORDER BY u.colour_slot
