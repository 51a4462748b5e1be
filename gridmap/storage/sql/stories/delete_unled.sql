-- What no unit leads and yet arrived, or is told, as if one did; gives the keys, so that it is told anew.
DELETE FROM incident
WHERE lead_unit_id IS NULL AND (status NOT IN ('reported', 'accepted') OR source_key = ANY (%(told)s)) RETURNING source_key
