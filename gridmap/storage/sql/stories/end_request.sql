-- Only what is possible is approved: not what is overdue by then.
UPDATE clock_request q
SET status = %(status)s, ended_at = greatest(%(at)s, q.requested_at), version = q.version + 1,
    ended_by = CASE WHEN %(status)s = 'withdrawn' THEN q.requested_by ELSE (
        SELECT p.id FROM staff p WHERE p.role = 'supervisor' AND p.unit_id = centre_unit_id() ORDER BY hashint8(i.id # p.id) LIMIT 1) END,
    decision = CASE WHEN %(status)s = 'refused' THEN %(note)s ELSE '' END,
    granted_extension = CASE WHEN %(status)s = 'approved' AND q.kind = 'extend' THEN least(q.extension, %(granted)s::numeric) END
FROM incident i
WHERE i.source_key = %(source_key)s AND q.incident_id = i.id AND q.status = 'open' AND q.kind = %(kind)s
  AND (%(status)s <> 'approved' OR i.due_at > %(at)s)
RETURNING q.id, (SELECT p.code FROM staff p WHERE p.id = q.requested_by)
