SELECT i.version, i.status, i.holder_unit_id, i.lead_unit_id, i.returns, i.extension, i.due_at, i.stopped_at, i.merged_into_id,
       coalesce(r.limit_value, 3), coalesce(r.limit_unit, 'working_day'), i.target_at,
       array_remove(ARRAY[i.small_grid, i.large_grid, i.village, i.township], NULL), centre_unit_id(), now()
FROM incident i LEFT JOIN responsibility_item r ON r.id = i.item_id
WHERE i.id = %(incident_id)s
