SELECT l.id, l.name, l.effective_from, l.source, l.imported_at, count(i.id)
FROM responsibility_list l
LEFT JOIN responsibility_item i ON i.list_id = l.id
GROUP BY l.id
ORDER BY l.effective_from
