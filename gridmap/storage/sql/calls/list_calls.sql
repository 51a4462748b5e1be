SELECT c.id, c.kind, c.township_code, c.incident_id, c.matter, c.place, ST_X(c.geom) AS lon, ST_Y(c.geom) AS lat, c.wanted,
       c.status, c.called_at, b.code AS called_by, c.judged_at, j.code AS judged_by, c.reason, c.closed_at, c.result, c.version
FROM unit_call c LEFT JOIN staff b ON b.id = c.called_by LEFT JOIN staff j ON j.id = c.judged_by
WHERE (%(id)s::bigint IS NULL OR c.id = %(id)s)
  AND (%(incident_id)s::bigint IS NULL OR c.incident_id = %(incident_id)s)
  AND (%(township)s::text IS NULL OR c.township_code = %(township)s)
  AND (NOT %(is_open)s::boolean OR c.status IN ('called', 'judged'))
  AND (%(unit)s::text IS NULL OR EXISTS (
      SELECT FROM unit_call_answer a JOIN unit u ON u.id = a.unit_id WHERE a.call_id = c.id AND u.code = %(unit)s))
  AND (NOT %(is_overdue)s::boolean OR (c.status = 'judged' AND EXISTS (
      SELECT FROM unit_call_answer a WHERE a.call_id = c.id
        AND ((a.responded_at IS NULL AND a.respond_by <= %(now)s) OR (a.arrived_at IS NULL AND a.arrive_by <= %(now)s)))))
  AND c.id > %(after)s::bigint
ORDER BY c.id
LIMIT %(limit)s
