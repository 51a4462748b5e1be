WITH told AS (INSERT INTO outbox (subject) VALUES ('generation') RETURNING revision)
SELECT pg_notify('gridmap', '') FROM told
