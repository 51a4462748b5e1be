-- Verified ones, and merged ones whose end is verified or called back: their reporters are called too.
WITH RECURSIVE chain (id, end_id, end_status, end_resolved_at, next_id) AS (
    SELECT id, id, status, resolved_at, merged_into_id FROM incident WHERE status IN ('verified', 'merged')
    UNION ALL
    SELECT c.id, i.id, i.status, i.resolved_at, i.merged_into_id FROM chain c JOIN incident i ON i.id = c.next_id
)
SELECT i.id, i.title, i.status, i.version, nullif(c.end_id, i.id) AS end_id, c.end_resolved_at AS resolved_at,
       span_end(c.end_resolved_at, %(limit_span)s) AS due_at, t.attempts, t.last_at
FROM chain c JOIN incident i USING (id)
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS attempts, max(b.at) AS last_at, coalesce(bool_or(b.is_reached), false) AS is_reached
        FROM call_back b WHERE b.incident_id = i.id AND b.at >= c.end_resolved_at
    ) t
WHERE c.next_id IS NULL AND c.end_status IN ('verified', 'called_back')
  AND NOT t.is_reached AND NOT (i.status = 'merged' AND t.attempts >= %(attempts)s)
ORDER BY due_at NULLS LAST, i.id
LIMIT %(limit)s
