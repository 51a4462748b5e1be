-- Not locked here: after waiting, a locking statement with a join would join the new row to the old status and find nothing.
SELECT i.id, i.status, s.is_open, i.version, i.item_code, i.township, i.lead_unit_id, i.holder_unit_id,
       centre_unit_id() AS centre_unit_id,
       array_remove(ARRAY[i.small_grid, i.large_grid, i.village, i.township], NULL) AS area_codes
FROM incident i JOIN incident_status s USING (status)
WHERE i.id = %(incident_id)s
