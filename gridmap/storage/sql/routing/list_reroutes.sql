SELECT i.id, i.item_code, i.queue, w.queue, u.code, u.name, w.lead_rule
FROM incident i
CROSS JOIN LATERAL route(i.item_code, i.geom, i.precision, i.township, coalesce(%(at)s::timestamptz, now())) w
LEFT JOIN unit u ON u.id = w.lead_unit_id
WHERE i.queue = %(queue)s AND i.resolved_at IS NULL AND (w.queue, w.lead_unit_id) IS DISTINCT FROM (i.queue, i.lead_unit_id)
ORDER BY i.id
