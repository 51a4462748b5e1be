-- Those of the same township first, each newest first.
SELECT d.id, d.incident_id, d.opened_at, o.code AS opened_by, d.cause, d.reason, d.due_at, d.panel, d.decided_at,
       j.code AS decided_by, u.code AS decided_unit_code, u.name AS decided_unit_name, d.decision, d.item_code, d.township,
       d.is_precedent, d.precedent_id, d.dropped_at, d.version
FROM dispute d LEFT JOIN staff o ON o.id = d.opened_by LEFT JOIN staff j ON j.id = d.decided_by
    LEFT JOIN unit u ON u.id = d.decided_unit_id
WHERE d.is_precedent AND d.decided_at IS NOT NULL AND d.item_code IS NOT DISTINCT FROM %(item_code)s::text
ORDER BY (d.township IS NOT DISTINCT FROM %(township)s::text) DESC, d.decided_at DESC, d.id DESC
LIMIT %(limit)s
