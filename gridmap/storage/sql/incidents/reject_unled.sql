UPDATE incident SET status = 'rejected', resolved_at = %(at)s WHERE id = ANY (%(ids)s) AND status = 'accepted' AND lead_unit_id IS NULL
