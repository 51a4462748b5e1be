SELECT
    count(*) FILTER (WHERE i.status = 'resolved')::integer AS to_verify,
    count(*) FILTER (WHERE i.status = 'verified')::integer AS to_call_back,
    (SELECT count(*)::integer FROM unit_call WHERE status IN ('called', 'judged')) AS calls,
    (SELECT count(*)::integer FROM unit_call WHERE status = 'called') AS calls_to_judge,
    (SELECT count(DISTINCT c.id)::integer FROM unit_call c JOIN unit_call_answer a ON a.call_id = c.id
     WHERE c.status = 'judged'
       AND ((a.responded_at IS NULL AND a.respond_by <= now()) OR (a.arrived_at IS NULL AND a.arrive_by <= now()))) AS calls_late,
    (SELECT count(*)::integer FROM dispute WHERE decided_at IS NULL AND dropped_at IS NULL) AS disputes,
    (SELECT count(*)::integer FROM dispute WHERE decided_at IS NULL AND dropped_at IS NULL AND due_at <= now()) AS disputes_late,
    (SELECT count(*)::integer FROM clock_request WHERE status = 'open') AS requests,
    (SELECT count(*)::integer FROM clock_request WHERE status = 'open' AND answer_by <= now()) AS requests_late,
    (SELECT count(*)::integer FROM supervision WHERE lifted_at IS NULL AND answered_at IS NULL) AS cards,
    (SELECT count(*)::integer FROM admission WHERE status IN ('requested', 'reviewed_once', 'reviewed_twice')) AS admissions
FROM incident i
WHERE i.resolved_at IS NOT NULL AND i.status IN ('resolved', 'verified')
