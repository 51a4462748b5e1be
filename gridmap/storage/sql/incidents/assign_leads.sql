-- What waits in a queue is given to the county's unit of the item's first lead type, as somebody of the command centre would.
UPDATE incident i SET lead_unit_id = u.id, lead_rule = 'assigned'
FROM (
    SELECT DISTINCT ON (d.item_id) d.item_id, u.id
    FROM responsibility_duty d JOIN unit u ON u.unit_type = d.unit_type
    WHERE d.role = 'lead'
    ORDER BY d.item_id, (u.level = 'county') DESC, d.number, u.code COLLATE "C"
) u
WHERE i.id = ANY (%(ids)s) AND i.lead_unit_id IS NULL AND i.status IN ('accepted', 'returned', 'reopened') AND u.item_id = i.item_id
