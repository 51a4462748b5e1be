-- To the unit that held the incident when the share was used, whenever this runs: a second run finds nothing new.
WITH share AS MATERIALIZED (  -- once: what comes of it is asked for several times
    SELECT i.id AS incident_id, 'reminder' AS kind, share_used_at(i, %(reminder)s::numeric, %(at)s) AS at
    FROM incident i WHERE i.resolved_at IS NULL
    UNION ALL
    SELECT i.id, 'yellow', share_used_at(i, %(yellow)s::numeric, %(at)s) FROM incident i WHERE i.resolved_at IS NULL
    UNION ALL
    SELECT i.id, 'red', share_used_at(i, %(red)s::numeric, %(at)s) FROM incident i WHERE i.resolved_at IS NULL
    UNION ALL
    SELECT i.id, 'black', share_used_at(i, %(black)s::numeric, %(at)s) FROM incident i WHERE i.resolved_at IS NULL
)
INSERT INTO supervision (incident_id, unit_id, kind, cause, at)
SELECT c.incident_id, h.unit_id, c.kind, 'rule', c.at
FROM share c
    JOIN incident_hold h ON h.incident_id = c.incident_id AND h.kind = 'held' AND h.from_at <= c.at
        AND (h.to_at IS NULL OR c.at < h.to_at)
WHERE c.at <= %(at)s
  AND NOT EXISTS (SELECT FROM supervision s WHERE s.incident_id = c.incident_id AND s.kind = c.kind AND s.cause = 'rule'
                  AND s.unit_id IS NOT DISTINCT FROM h.unit_id)
ORDER BY c.at, c.incident_id
ON CONFLICT DO NOTHING
RETURNING kind
