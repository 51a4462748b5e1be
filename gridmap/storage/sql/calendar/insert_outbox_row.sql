WITH told AS (INSERT INTO outbox (subject) VALUES ('calendar') RETURNING revision)
SELECT pg_notify('gridmap', '') FROM told
