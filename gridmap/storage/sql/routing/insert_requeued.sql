-- From one queue to another: no lead changes, so no trigger writes it to the history.
INSERT INTO incident_event (incident_id, at, kind, from_status, to_status, area_id, actor, action, note)
SELECT id, coalesce(%(at)s::timestamptz, now()), 'routed', status, status, area_id, %(actor)s, 'reroute', %(note)s
FROM incident WHERE id = ANY (%(ids)s)
