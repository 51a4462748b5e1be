SELECT a.call_id, a.unit_id, u.code AS unit_code, u.name AS unit_name, a.respond_by, a.arrive_by, a.responded_at, a.arrived_at,
       a.note, a.rating
FROM unit_call_answer a JOIN unit u ON u.id = a.unit_id
WHERE a.call_id = ANY(%(ids)s)
ORDER BY a.call_id, u.code COLLATE "C"
