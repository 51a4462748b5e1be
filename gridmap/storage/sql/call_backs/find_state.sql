-- Since the incident that is left when all merges are followed was resolved: a reopening begins anew.
WITH RECURSIVE chain (id, resolved_at, status, next_id) AS (
    SELECT id, resolved_at, status, merged_into_id FROM incident WHERE id = %(incident_id)s
    UNION ALL
    SELECT i.id, i.resolved_at, i.status, i.merged_into_id FROM chain c JOIN incident i ON i.id = c.next_id
)
SELECT c.status, c.resolved_at, count(b.id) FILTER (WHERE NOT b.is_reached)::integer, coalesce(bool_or(b.is_reached), false)
FROM chain c LEFT JOIN call_back b ON b.incident_id = %(incident_id)s AND b.at >= c.resolved_at
WHERE c.next_id IS NULL
GROUP BY c.status, c.resolved_at
