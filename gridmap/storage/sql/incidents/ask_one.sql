-- The unit that holds an incident asks for more time, as a person would: not for what is near due, and once at a time.
INSERT INTO clock_request (incident_id, kind, unit_id, reason, extension, requested_at)
SELECT i.id, %(kind)s, i.holder_unit_id, %(note)s, CASE %(kind)s WHEN 'extend' THEN 1 END, %(at)s
FROM incident i
WHERE i.resolved_at IS NULL AND i.near_due_at > %(at)s AND (%(kind)s <> 'extend' OR i.extension = 0)
  AND i.status IN (SELECT s.from_status FROM life_cycle_step s WHERE s.action = %(kind)s)
  AND NOT EXISTS (SELECT FROM clock_request q WHERE q.incident_id = i.id AND q.status = 'open')
ORDER BY random()
LIMIT 1
ON CONFLICT DO NOTHING
