-- The dispatches of incidents that came by a history: the rules write down only how each began and ended. Until then the
-- command centre held it, so the first piece of its ledger is cut in two.
WITH known AS (
    SELECT i.id, i.lead_unit_id, i.area_id, greatest(d.at, i.reported_at) AS at, i.holder_unit_id
    FROM unnest(%(source_key)s::text[], %(at)s::timestamptz[]) AS d (source_key, at)
        JOIN incident i ON i.source_key = d.source_key
    WHERE NOT EXISTS (
        SELECT FROM incident_event e
        WHERE e.incident_id = i.id AND e.kind = 'status' AND e.to_status = 'dispatched')
), first AS (
    SELECT DISTINCT ON (h.incident_id) h.id, h.incident_id, h.from_at, k.at
    FROM known k JOIN incident_hold h ON h.incident_id = k.id
    WHERE k.holder_unit_id IS DISTINCT FROM centre_unit_id()
    ORDER BY h.incident_id, h.from_at, h.id
), cut AS (
    UPDATE incident_hold h SET from_at = f.at
    FROM first f
    WHERE h.id = f.id AND h.kind = 'held' AND f.at > f.from_at AND (h.to_at IS NULL OR h.to_at > f.at)
    RETURNING h.incident_id, f.from_at, f.at
), led AS (
    INSERT INTO incident_hold (incident_id, unit_id, kind, from_at, to_at)
    SELECT incident_id, centre_unit_id(), 'held', from_at, at FROM cut
)
INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, unit_id, area_id, action)
SELECT id, at, 'status', 'accepted', 'dispatched', lead_unit_id, area_id, 'dispatch' FROM known
ORDER BY at, id
