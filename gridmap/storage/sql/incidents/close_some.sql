WITH picked AS (
    SELECT id, CASE status WHEN 'resolved' THEN 'verified' ELSE 'called_back' END AS to_status FROM incident
    WHERE status IN ('resolved', 'verified') AND resolved_at > now() - interval '2 hours'
    ORDER BY resolved_at LIMIT %(count)s FOR UPDATE SKIP LOCKED
)
UPDATE incident i SET status = p.to_status FROM picked p WHERE i.id = p.id
