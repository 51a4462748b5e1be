-- Some county units tried to give what was taken off the list to the township all the same.
INSERT INTO admission_attempt (at, incident_id, item_code, from_unit_id, to_unit_id, actor)
SELECT least(i.reported_at + interval '90 minutes', %(at)s::timestamptz), i.id, i.item_code, f.id, t.id, f.letter || '-FZ1'
FROM incident i
    JOIN unit t ON t.unit_type = 'township' AND t.township_code = i.township
    JOIN unit f ON f.code = (%(from_units)s::text[])[1 + i.id %% cardinality(%(from_units)s::text[])]
WHERE i.queue = 'not_admitted' AND i.resolved_at IS NULL
ORDER BY i.id
