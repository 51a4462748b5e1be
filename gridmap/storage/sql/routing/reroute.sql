-- The due times follow the item that the incident has now. A change of the lead is written to the history by the trigger.
WITH way AS (
    SELECT i.id, w.item_id, w.lead_unit_id, w.lead_rule, w.jurisdiction_id, w.queue, w.why,
           i.reported_at, i.extension, i.stopped_s, i.target_at, r.limit_value, r.limit_unit
    FROM incident i
    CROSS JOIN LATERAL route(i.item_code, i.geom, i.precision, i.township,
        CASE WHEN %(as_reported)s THEN i.reported_at ELSE coalesce(%(at)s::timestamptz, now()) END) w
    LEFT JOIN responsibility_item r ON r.id = w.item_id
    WHERE i.id = ANY (%(ids)s)
), due AS (
    SELECT way.id, d.*, way.target_at IS NULL AND coalesce(way.limit_unit, 'working_day') <> 'calendar_day'
           AND coalesce(d.due_at > calendar_known_until(), true) AS is_provisional
    FROM way CROSS JOIN LATERAL due_times_of(way.reported_at, coalesce(way.limit_value, 3) + way.extension,
        coalesce(way.limit_unit, 'working_day'), way.stopped_s, way.target_at) d
)
UPDATE incident i
SET item_id = way.item_id, lead_unit_id = way.lead_unit_id, lead_rule = way.lead_rule,
    jurisdiction_id = way.jurisdiction_id, queue = way.queue, routing = way.why,
    near_due_at = CASE WHEN i.stopped_at IS NULL THEN due.near_due_at END,
    due_at = CASE WHEN i.stopped_at IS NULL THEN due.due_at END,
    twice_due_at = CASE WHEN i.stopped_at IS NULL THEN due.twice_due_at END,
    is_provisional = i.stopped_at IS NULL AND due.is_provisional
FROM way JOIN due USING (id)
WHERE i.id = way.id
RETURNING i.id
