INSERT INTO clock_request (incident_id, kind, unit_id, reason, extension, requested_at, requested_by)
SELECT i.id, %(kind)s, i.holder_unit_id, %(note)s, nullif(%(extension)s::numeric, 0), %(at)s,
       (SELECT p.id FROM staff p WHERE p.role = 'handler' AND p.unit_id = i.holder_unit_id ORDER BY hashint8(i.id # p.id) LIMIT 1)
FROM incident i JOIN life_cycle_step s ON s.action = %(kind)s AND s.from_status = i.status
WHERE i.source_key = %(source_key)s AND i.due_at > %(at)s AND (s.action <> 'extend' OR i.extension = 0)
ON CONFLICT DO NOTHING
