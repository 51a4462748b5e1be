SELECT a.id, a.item_code, r.name AS item_name, u.code AS unit_code, u.name AS unit_name, a.incident_id, a.requested_at,
       q.code AS requested_by_unit_code, q.name AS requested_by_unit_name, s.code AS requested_by, a.reason, a.status,
       a.first_reviewed_at, f.code AS first_reviewed_by, a.second_reviewed_at, g.code AS second_reviewed_by,
       a.decided_at, d.code AS decided_by, a.decision,
       CASE WHEN isfinite(a.valid_to) THEN a.valid_to END AS valid_to, a.version
FROM admission a
JOIN unit u ON u.id = a.unit_id
JOIN unit q ON q.id = a.requested_by_unit_id
LEFT JOIN staff s ON s.id = a.requested_by
LEFT JOIN staff f ON f.id = a.first_reviewed_by
LEFT JOIN staff g ON g.id = a.second_reviewed_by
LEFT JOIN staff d ON d.id = a.decided_by
LEFT JOIN LATERAL (SELECT name FROM responsibility_item WHERE code = a.item_code ORDER BY list_id DESC LIMIT 1) r ON true
WHERE (%(admission_id)s::bigint IS NULL OR a.id = %(admission_id)s::bigint)
  AND (%(statuses)s::text[] IS NULL OR a.status = ANY (%(statuses)s::text[]))
  AND (%(unit_code)s::text IS NULL OR u.code = %(unit_code)s::text)
  AND a.id > %(after)s
ORDER BY a.id
LIMIT %(limit)s
