INSERT INTO unit_call_answer (call_id, unit_id, respond_by, arrive_by)
SELECT %(call_id)s, unit_id, span_end(%(start)s, %(respond_limit)s), span_end(%(start)s, %(arrive_limit)s)
FROM unnest(%(unit_ids)s::integer[]) unit_id
ON CONFLICT DO NOTHING
