SELECT r.code, r.name, count(i.id)
FROM responsibility_item r
LEFT JOIN incident i ON i.item_code = r.code
WHERE r.list_id = (SELECT id FROM responsibility_list WHERE effective_from <= now()::date ORDER BY effective_from DESC LIMIT 1)
GROUP BY r.code, r.name
ORDER BY r.code
