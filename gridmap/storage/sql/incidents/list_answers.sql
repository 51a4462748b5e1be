SELECT id, source_key, channel, item_code, item_name, title, address, reported_lon, reported_lat, datum, precision,
       reported_at, received_at, status, resolved_at, lon, lat, small_grid, large_grid, village, township, special_grid,
       placement, margin_m, unit_code, unit_name, unit_letter, lead_rule, near_due_at, due_at, twice_due_at,
       is_provisional, lateness, version
FROM incident_answer WHERE id = ANY (%(ids)s)
