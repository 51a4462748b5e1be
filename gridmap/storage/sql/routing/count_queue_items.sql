SELECT i.queue, i.item_code, r.name, count(*), min(i.reported_at)
FROM incident i LEFT JOIN LATERAL (
    SELECT name FROM responsibility_item WHERE code = i.item_code ORDER BY list_id DESC LIMIT 1) r ON true
WHERE i.queue IS NOT NULL AND i.resolved_at IS NULL
GROUP BY i.queue, i.item_code, r.name ORDER BY i.queue, count(*) DESC, i.item_code
