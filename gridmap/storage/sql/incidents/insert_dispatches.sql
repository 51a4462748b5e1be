-- The dispatches of incidents that came by a history: the rules write down only how each began and ended.
INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id)
SELECT i.id, d.at, 'status', 'accepted', 'dispatched', i.lead_unit_id, i.area_id
FROM unnest(%(source_key)s::text[], %(at)s::timestamptz[]) AS d (source_key, at)
    JOIN incident i ON i.source_key = d.source_key
WHERE NOT EXISTS (
    SELECT FROM incident_event e
    WHERE e.incident_id = i.id AND e.kind = 'status' AND e.to_status = 'dispatched')
ORDER BY d.at, i.id
