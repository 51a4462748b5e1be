-- Paused for longer than the limit, with the instant at which it was over.
SELECT i.id, p.ends_at, i.extension > 0
FROM incident i
CROSS JOIN LATERAL (
    SELECT add_working_time(i.stopped_at, d.value::double precision * s.value::double precision) AS ends_at
    FROM setting d, setting s WHERE d.name = 'pause_limit_days' AND s.name = 'working_day_s') p
WHERE i.stopped_at IS NOT NULL AND i.status = 'paused' AND p.ends_at <= %(at)s
ORDER BY i.id
FOR NO KEY UPDATE OF i SKIP LOCKED
