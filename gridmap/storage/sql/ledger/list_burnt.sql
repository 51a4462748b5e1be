SELECT u.code, u.name, u.letter, sum(l.working_s), sum(l.overdue_s), count(DISTINCT l.incident_id),
       count(DISTINCT l.incident_id) FILTER (WHERE l.overdue_s > 0),
       count(DISTINCT l.incident_id) FILTER (WHERE l.goes_on),
       count(DISTINCT l.incident_id) FILTER (WHERE l.goes_on AND i.due_at <= %(until)s)
FROM ledger_between(%(since)s, %(until)s) l
JOIN incident i ON i.id = l.incident_id
LEFT JOIN unit u ON u.id = coalesce(l.unit_id, centre_unit_id())
WHERE l.kind = 'held'
  AND (%(area)s::text IS NULL OR %(area)s::text IN (i.small_grid, i.large_grid, i.village, i.township, i.special_grid)
       OR (i.area_id IS NOT NULL AND EXISTS (SELECT FROM area a WHERE a.code = %(area)s::text AND a.level = 'county')))
GROUP BY u.id
ORDER BY sum(l.overdue_s) DESC, sum(l.working_s) DESC, u.code
