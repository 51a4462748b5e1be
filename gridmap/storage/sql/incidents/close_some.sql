-- Verified, and called back: a share of the reporters is not satisfied, and theirs is reopened.
WITH picked AS (
    SELECT id, status, random() < %(unsatisfied)s AS is_unsatisfied FROM incident
    WHERE status IN ('resolved', 'verified') AND resolved_at > now() - interval '2 hours'
    ORDER BY resolved_at LIMIT %(count)s FOR UPDATE SKIP LOCKED
), said AS (
    INSERT INTO call_back (incident_id, at, is_reached, is_satisfied, note)
    SELECT id, acting_at(), true, NOT is_unsatisfied, CASE WHEN is_unsatisfied THEN '反映人不满意' ELSE '' END
    FROM picked WHERE status = 'verified'
)
UPDATE incident i SET status = CASE WHEN p.status = 'resolved' THEN 'verified' WHEN p.is_unsatisfied THEN 'reopened' ELSE 'called_back' END
FROM picked p WHERE i.id = p.id
