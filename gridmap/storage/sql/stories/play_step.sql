-- One step of a story, as of its instant and by somebody of the unit or of the command centre whose role it is. What is not possible
-- (nobody has the role, the incident stands elsewhere by now, a pause when it is overdue, assistants that are still at it) is passed over.
-- Settings are set in the subquery, before the triggers of the row speak.
UPDATE incident i
SET status = a.to_status,
    lead_unit_id = coalesce(a.unit_id, i.lead_unit_id),
    lead_rule = CASE WHEN a.unit_id <> coalesce(i.lead_unit_id, 0) THEN 'assigned' ELSE i.lead_rule END,
    jurisdiction_id = CASE WHEN a.unit_id <> coalesce(i.lead_unit_id, 0) THEN NULL ELSE i.jurisdiction_id END,
    extension = i.extension + %(extension)s::numeric,
    merged_into_id = coalesce(a.other_id, i.merged_into_id)
FROM (
    SELECT n.id, l.to_status, u.unit_id, o.id AS other_id,
           set_config('gridmap.at', %(at)s::timestamptz::text, true), set_config('gridmap.actor', s.code, true),
           set_config('gridmap.role', %(role)s, true), set_config('gridmap.action', %(action)s, true),
           set_config('gridmap.note', %(note)s, true), set_config('gridmap.detail', %(detail)s, true)
    FROM incident n
        JOIN life_cycle_step l ON l.from_status = n.status AND l.action = %(action)s
            AND (n.status <> 'paused' OR l.to_status = CASE WHEN n.extension > 0 THEN 'extended' ELSE 'handling' END)
        LEFT JOIN incident o ON o.source_key = %(other_key)s
        LEFT JOIN LATERAL (
            SELECT (e.value ->> 'unit_id')::integer AS unit_id
            FROM jsonb_array_elements(CASE WHEN %(unit)s = 'claimant' THEN n.routing -> 'alternatives' ELSE '[]' END
                || CASE WHEN %(unit)s <> '' THEN n.routing -> 'assists' ELSE '[]' END) WITH ORDINALITY AS e (value, position)
            WHERE coalesce(e.value ->> 'rejected', '') NOT IN ('no_power', 'not_admitted') AND e.value ->> 'unit_id' IS NOT NULL
            ORDER BY e.position LIMIT 1) u ON true
        CROSS JOIN LATERAL (
            SELECT p.code FROM staff p
            WHERE p.role = %(role)s AND p.unit_id = CASE WHEN %(is_centre)s THEN centre_unit_id() ELSE n.lead_unit_id END
            ORDER BY hashint8(n.id # p.id) LIMIT 1) s
    WHERE n.source_key = %(source_key)s
      AND (%(other_key)s = '' OR o.resolved_at IS NULL OR o.resolved_at > %(at)s)
      AND (l.to_status <> 'dispatched' OR coalesce(u.unit_id, n.lead_unit_id) IS NOT NULL)
      AND (l.to_status <> 'paused' OR n.due_at > %(at)s)
      AND (l.to_status <> 'resolved' OR NOT EXISTS (
          SELECT FROM work_order w WHERE w.incident_id = n.id AND w.role = 'assist' AND w.finished_at IS NULL))
) a
WHERE i.id = a.id
