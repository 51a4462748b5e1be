-- What route() says of incidents under the lists of this transaction.
SELECT a.id, coalesce(u.code, ''), coalesce(CASE WHEN u.id IS NULL THEN coalesce((a.way).queue, (a.way).lead_rule) END, '')
FROM (
    SELECT i.id, route(i.item_code, i.geom, i.precision, i.township, i.reported_at) AS way
    FROM incident i
    WHERE i.id = ANY(%(ids)s)
    OFFSET 0
) AS a
LEFT JOIN unit u ON u.id = (a.way).lead_unit_id
