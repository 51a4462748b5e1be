-- The last incident that did not come by simulation; where there is none, the last.
SELECT coalesce(max(id) FILTER (WHERE coalesce(source_key, '') NOT LIKE 'simulated:%%'), max(id), 0) FROM incident
