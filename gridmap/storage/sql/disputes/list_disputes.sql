SELECT * FROM dispute_named d
WHERE (%(id)s::bigint IS NULL OR d.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR d.incident_id = %(incident_id)s)
  AND (NOT %(is_open)s::boolean OR (d.decided_at IS NULL AND d.dropped_at IS NULL))
  AND d.id > %(after)s::bigint
ORDER BY d.id
LIMIT %(limit)s
