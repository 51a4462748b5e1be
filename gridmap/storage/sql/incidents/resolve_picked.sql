UPDATE incident SET status = 'resolved', resolved_at = %(at)s
WHERE id = ANY (%(ids)s) AND status IN ('handling', 'extended')
