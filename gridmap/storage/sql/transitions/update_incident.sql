-- The triggers do the rest: version, holder, clocks, ledger, history, outbox.
UPDATE incident
SET status = %(status)s,
    lead_unit_id = coalesce(%(unit_id)s::integer, lead_unit_id),
    lead_rule = CASE WHEN %(unit_id)s::integer <> coalesce(lead_unit_id, 0) THEN 'assigned' ELSE lead_rule END,
    jurisdiction_id = CASE WHEN %(unit_id)s::integer <> coalesce(lead_unit_id, 0) THEN NULL ELSE jurisdiction_id END,
    extension = extension + coalesce(%(extension)s::numeric, 0),
    merged_into_id = coalesce(%(other_id)s::bigint, merged_into_id)
WHERE id = %(incident_id)s
RETURNING version, status, holder_unit_id, due_at
