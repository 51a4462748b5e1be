-- From twice the span back: the count of a unit begins anew at its last black card.
SELECT incident_id, unit_id, kind, at FROM supervision
WHERE kind IN ('red', 'black') AND lifted_at IS NULL AND at > %(since)s AND at <= %(at)s
ORDER BY at, id
