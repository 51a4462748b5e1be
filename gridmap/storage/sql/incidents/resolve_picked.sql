-- Those whose assistants are still at it wait for them.
UPDATE incident i SET status = 'resolved', resolved_at = %(at)s
WHERE id = ANY (%(ids)s) AND status IN ('handling', 'extended')
  AND NOT EXISTS (SELECT FROM work_order o WHERE o.incident_id = i.id AND o.role = 'assist' AND o.finished_at IS NULL)
