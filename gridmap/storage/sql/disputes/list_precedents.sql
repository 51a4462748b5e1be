-- Those of the same township first, each newest first.
SELECT * FROM dispute_named d
WHERE d.is_precedent AND d.decided_at IS NOT NULL AND d.item_code IS NOT DISTINCT FROM %(item_code)s::text
ORDER BY (d.township IS NOT DISTINCT FROM %(township)s::text) DESC, d.decided_at DESC, d.id DESC
LIMIT %(limit)s
