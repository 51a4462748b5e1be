-- The columns of the board as integers, in the order of BoardRow. Seconds are rounded up, so that a state never changes before
-- its instant; a due time beyond the calendar is 2^32 - 1.
SELECT
    i.id,
    coalesce(i.area_id, 0),
    coalesce(round(ST_X(i.geom) * 100000)::integer, -2147483648),
    coalesce(round(ST_Y(i.geom) * 100000)::integer, -2147483648),
    coalesce(i.lead_unit_id, 0),
    coalesce(i.item_id, 0),
    array_position(%(statuses)s::text[], i.status) - 1,
    array_position(%(channels)s::text[], i.channel) - 1,
    array_position(%(placements)s::text[], i.placement) - 1,
    i.is_provisional::integer + coalesce(q.flags, 0),
    floor(extract(epoch FROM i.reported_at))::bigint,
    coalesce(ceil(extract(epoch FROM i.near_due_at)) - floor(extract(epoch FROM i.reported_at)), 4294967295)::bigint,
    coalesce(ceil(extract(epoch FROM i.due_at)) - floor(extract(epoch FROM i.reported_at)), 4294967295)::bigint,
    coalesce(ceil(extract(epoch FROM i.twice_due_at)) - floor(extract(epoch FROM i.reported_at)), 4294967295)::bigint
FROM incident i
    LEFT JOIN LATERAL (
        SELECT sum(CASE r.kind WHEN 'pause' THEN 4 ELSE 8 END)::integer AS flags
        FROM clock_request r WHERE r.incident_id = i.id AND r.status = 'open') q ON true
WHERE i.resolved_at IS NULL AND i.id = ANY(%(ids)s)
ORDER BY i.id
