-- What route() and due_times_of() say of some incidents under the lists of this transaction, beside what is stored.
WITH asked AS MATERIALIZED (
    SELECT i.id, i.reported_at, i.item_code, i.status, i.lead_unit_id, i.queue, i.lead_rule, i.due_at, i.extension,
           i.stopped_s, i.stopped_at, i.target_at, i.item_id,
           route(i.item_code, i.geom, i.precision, i.township, i.reported_at) AS way
    FROM incident i
    WHERE i.id > %(after_id)s AND i.reported_at >= %(since)s AND i.reported_at < %(until)s
    ORDER BY i.id
    LIMIT %(most)s
), limited AS MATERIALIZED (
    SELECT a.*, coalesce(n.limit_value, 3) AS limit_value, coalesce(n.limit_unit, 'working_day') AS limit_unit,
           (coalesce(n.limit_value, 3), coalesce(n.limit_unit, 'working_day'))
               IS DISTINCT FROM (coalesce(o.limit_value, 3), coalesce(o.limit_unit, 'working_day')) AS is_other_limit
    FROM asked a
    LEFT JOIN responsibility_item n ON n.id = (a.way).item_id
    LEFT JOIN responsibility_item o ON o.id = a.item_id
)
SELECT a.id, a.reported_at, coalesce(a.item_code, ''), a.status,
       coalesce(o.code, ''), coalesce(CASE WHEN o.id IS NULL THEN coalesce(a.queue, a.lead_rule) END, ''), a.due_at,
       coalesce(n.code, ''),
       coalesce(CASE WHEN n.id IS NULL THEN coalesce((a.way).queue, (a.way).lead_rule) END, ''),
       CASE WHEN a.is_other_limit THEN d.due_at ELSE a.due_at END
FROM limited a
LEFT JOIN unit o ON o.id = a.lead_unit_id
LEFT JOIN unit n ON n.id = (a.way).lead_unit_id
LEFT JOIN LATERAL (
    -- Asked only where the limit is another one: it is half of the work.
    SELECT t.due_at
    FROM due_times_of(a.reported_at, a.limit_value + a.extension, a.limit_unit, a.stopped_s, a.target_at) t
    WHERE a.is_other_limit AND a.stopped_at IS NULL
) AS d ON true
ORDER BY a.id
