-- What the due time of an incident rests on; off the list the ordinary limit of three working days.
SELECT i.reported_at, coalesce(r.limit_value, 3)::double precision, coalesce(r.limit_unit, 'working_day'), r.id IS NULL,
       i.extension::double precision, i.stopped_s, i.stopped_at, i.target_at, i.due_at, i.is_provisional, i.merged_into_id
FROM incident i LEFT JOIN responsibility_item r ON r.id = i.item_id
WHERE i.id = %(incident_id)s
