WITH told AS (INSERT INTO outbox (subject, subject_id) VALUES ('generation', %(id)s) RETURNING revision)
SELECT pg_notify('gridmap', '') FROM told
