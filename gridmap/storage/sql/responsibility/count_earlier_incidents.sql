SELECT count(*)
FROM responsibility_list l
JOIN incident i ON i.reported_at >= (l.effective_from - 1)::timestamp AT TIME ZONE 'UTC'
JOIN responsibility_item r ON r.id = i.item_id AND r.list_id <> l.id
WHERE l.id = %(list_id)s
  AND find_list_id((i.reported_at AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date) = l.id
