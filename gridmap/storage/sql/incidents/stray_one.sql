-- One incident takes a step off the straight way, as a person would let it: none is merged that is near due, and what waits longest goes
-- on first. Pauses and extensions are asked for: ask_one, answer_one.
WITH possible AS (
    SELECT i.id, l.to_status, o.id AS other_id, i.status
    FROM incident i
        JOIN life_cycle_step l ON l.from_status = i.status AND l.action = %(action)s
            AND (i.status <> 'paused' OR l.to_status = CASE WHEN i.extension > 0 THEN 'extended' ELSE 'handling' END)
        LEFT JOIN LATERAL (
            SELECT e.id FROM incident e
            WHERE %(action)s = 'merge' AND e.area_id = i.area_id AND e.item_code = i.item_code AND e.resolved_at IS NULL
              AND e.reported_at < i.reported_at AND e.merged_into_id IS NULL
            ORDER BY e.reported_at LIMIT 1) o ON true
    WHERE i.resolved_at IS NULL AND (i.lead_unit_id IS NOT NULL OR %(action)s = 'merge')
      AND (%(action)s <> 'merge' OR i.near_due_at > %(at)s)
      AND (%(action)s <> 'return' OR i.returns < 2 AND (i.status <> 'reopened' OR NOT is_centre(i.holder_unit_id)))
      AND (%(action)s <> 'dispute' OR i.status = 'returned' OR i.returns > 0)
      AND (%(action)s <> 'merge' OR o.id IS NOT NULL)
    ORDER BY CASE WHEN %(action)s IN ('resume', 'decide') THEN i.id END, random()
    LIMIT 1
)
UPDATE incident i SET status = p.to_status, merged_into_id = coalesce(p.other_id, i.merged_into_id)
FROM possible p WHERE p.id = i.id AND p.status = i.status
