-- What was reopened and is with the command centre is dispatched; all else takes the next step.
UPDATE incident i SET status = CASE WHEN i.status = 'reopened' AND is_centre(i.holder_unit_id) THEN 'dispatched' ELSE s.to_status END
FROM unnest(%(from)s::text[], %(to)s::text[]) s (from_status, to_status)
WHERE i.id = ANY (%(ids)s) AND i.status = s.from_status AND (i.lead_unit_id IS NOT NULL OR s.to_status <> 'dispatched' AND i.status <> 'reopened')
