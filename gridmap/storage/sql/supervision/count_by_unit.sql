SELECT u.code, u.name,
       count(*) FILTER (WHERE s.kind = 'reminder')::integer, count(*) FILTER (WHERE s.kind = 'yellow')::integer,
       count(*) FILTER (WHERE s.kind = 'red')::integer, count(*) FILTER (WHERE s.kind = 'black')::integer,
       count(*) FILTER (WHERE s.answered_at IS NULL)::integer
FROM supervision s LEFT JOIN unit u ON u.id = s.unit_id
WHERE s.lifted_at IS NULL AND s.at >= %(since)s AND s.at < %(until)s
GROUP BY u.code, u.name
ORDER BY 6 DESC, 5 DESC, 4 DESC, 3 DESC, u.code COLLATE "C"
