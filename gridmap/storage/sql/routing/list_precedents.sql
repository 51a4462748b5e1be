SELECT d.incident_id, d.decided_at, u.code, u.name, d.township, d.decision
FROM dispute d JOIN unit u ON u.id = d.decided_unit_id
WHERE d.is_precedent AND d.item_code = %(item_code)s AND d.incident_id <> %(incident_id)s
ORDER BY (d.township IS NOT DISTINCT FROM %(township)s::text) DESC, d.decided_at DESC
LIMIT 5
