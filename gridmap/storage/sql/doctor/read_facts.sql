SELECT
    current_setting('server_version'), (SELECT extversion FROM pg_extension WHERE extname = 'postgis'),
    pg_database_size(current_database()),
    (SELECT count(*) FROM incident WHERE resolved_at IS NULL),
    (SELECT count(*) FROM incident WHERE resolved_at IS NULL AND is_provisional),
    (SELECT count(*) FROM unit),
    (SELECT count(*) FROM unit WHERE letter IS NULL OR letter !~ '^[A-Z0-9]{1,4}$'),
    (SELECT count(*) FROM outbox),
    (SELECT min(at) FROM outbox)
