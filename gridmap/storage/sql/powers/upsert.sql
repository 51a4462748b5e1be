INSERT INTO unit_power (unit_id, item_code, valid_from, valid_to, is_trial, source)
SELECT u.id, g.item_code, coalesce(g.first_day, '-infinity'), coalesce(g.last_day + 1, 'infinity'), g.is_trial, g.source
FROM unnest(%(unit_code)s::text[], %(item_code)s::text[], %(first_day)s::date[], %(last_day)s::date[],
            %(is_trial)s::boolean[], %(source)s::text[])
    AS g (unit_code, item_code, first_day, last_day, is_trial, source)
JOIN unit u ON u.code = g.unit_code
ON CONFLICT (unit_id, item_code, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, is_trial = excluded.is_trial, source = excluded.source, version = unit_power.version + 1
WHERE (unit_power.valid_to, unit_power.is_trial, unit_power.source)
    IS DISTINCT FROM (excluded.valid_to, excluded.is_trial, excluded.source)
