-- What the keys of rows are called.
SELECT u.code, u.name FROM unit u WHERE %(by)s::text = 'unit'
UNION ALL
SELECT a.code, min(a.name) FROM area a WHERE a.level = %(by)s::text AND a.generation_id = generation_at(%(as_of)s) GROUP BY a.code
UNION ALL
SELECT n.code, n.name FROM (
    SELECT DISTINCT ON (i.code) i.code, i.name FROM responsibility_item i JOIN responsibility_list l ON l.id = i.list_id
    WHERE %(by)s::text = 'item' ORDER BY i.code, l.effective_from DESC) n
