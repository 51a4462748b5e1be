UPDATE incident i SET status = s.to_status
FROM unnest(%(from)s::text[], %(to)s::text[]) s (from_status, to_status)
WHERE i.id = ANY (%(ids)s) AND i.status = s.from_status AND (i.lead_unit_id IS NOT NULL OR s.to_status <> 'dispatched')
