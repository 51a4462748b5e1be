-- What route() and due_times_of() say of some incidents under the lists of this transaction, beside what is stored.
WITH asked AS MATERIALIZED (
    SELECT i.id, i.reported_at, i.item_code, i.status, i.lead_unit_id, i.queue, i.lead_rule, i.due_at, i.extension,
           i.stopped_s, i.stopped_at, i.target_at,
           route(i.item_code, i.geom, i.precision, i.township, i.reported_at) AS way
    FROM incident i
    WHERE i.id > %(after_id)s AND i.reported_at >= %(since)s AND i.reported_at < %(until)s
    ORDER BY i.id
    LIMIT %(most)s
)
SELECT a.id, a.reported_at, coalesce(a.item_code, ''), a.status,
       coalesce(o.code, ''), coalesce(CASE WHEN o.id IS NULL THEN coalesce(a.queue, a.lead_rule) END, ''), a.due_at,
       coalesce(n.code, ''),
       coalesce(CASE WHEN n.id IS NULL THEN coalesce((a.way).queue, (a.way).lead_rule) END, ''),
       CASE WHEN a.stopped_at IS NULL THEN d.due_at END
FROM asked a
LEFT JOIN unit o ON o.id = a.lead_unit_id
LEFT JOIN unit n ON n.id = (a.way).lead_unit_id
LEFT JOIN responsibility_item r ON r.id = (a.way).item_id
CROSS JOIN LATERAL due_times_of(a.reported_at, coalesce(r.limit_value, 3) + a.extension,
    coalesce(r.limit_unit, 'working_day'), a.stopped_s, a.target_at) d
ORDER BY a.id
