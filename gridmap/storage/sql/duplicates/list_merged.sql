-- Everything that ended in this incident, directly or by way of another.
WITH RECURSIVE below (id) AS (
    SELECT id FROM incident WHERE merged_into_id = %(incident_id)s
    UNION
    SELECT i.id FROM below b JOIN incident i ON i.merged_into_id = b.id
)
SELECT i.id, i.merged_into_id, i.title, i.address, i.channel, i.reported_at, i.version, coalesce((
    SELECT array_agg(piece ORDER BY e.id, number)
    FROM incident_event e CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(e.detail -> 'evidence') WHEN 'array' THEN e.detail -> 'evidence' ELSE '[]' END)
        WITH ORDINALITY p (piece, number)
    WHERE e.incident_id = i.id), '{}') AS evidence
FROM below b JOIN incident i USING (id)
ORDER BY i.reported_at, i.id
