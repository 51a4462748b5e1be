WITH told AS (INSERT INTO outbox (subject) VALUES ('unit') RETURNING revision)
SELECT pg_notify('gridmap', '') FROM told
