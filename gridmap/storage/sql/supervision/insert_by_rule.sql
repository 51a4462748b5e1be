-- To the unit that held the incident when the share was used, whenever this runs: a second run finds nothing new.
INSERT INTO supervision (incident_id, unit_id, kind, cause, at)
SELECT i.id, h.unit_id, c.kind, 'rule', c.at
FROM incident i
    CROSS JOIN LATERAL (VALUES
        ('reminder', share_used_at(i, %(reminder)s::numeric, %(at)s)), ('yellow', share_used_at(i, %(yellow)s::numeric, %(at)s)),
        ('red', share_used_at(i, %(red)s::numeric, %(at)s)), ('black', share_used_at(i, %(black)s::numeric, %(at)s))
    ) c (kind, at)
    JOIN incident_hold h ON h.incident_id = i.id AND h.kind = 'held' AND h.from_at <= c.at AND (h.to_at IS NULL OR c.at < h.to_at)
WHERE i.resolved_at IS NULL AND c.at <= %(at)s
  AND NOT EXISTS (SELECT FROM supervision s WHERE s.incident_id = i.id AND s.kind = c.kind AND s.cause = 'rule'
                  AND s.unit_id IS NOT DISTINCT FROM h.unit_id)
ORDER BY c.at, i.id
ON CONFLICT DO NOTHING
RETURNING kind
