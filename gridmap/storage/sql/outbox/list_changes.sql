-- Changes that became visible since the reader's last snapshot. Transactions commit out of order, so neither a revision nor a
-- transaction number is a bound of its own: what counts is visible now and not visible then. The lower limit only saves reading.
-- One row comes without a change, for the new snapshot and the clock.
SELECT s.now_snapshot::text, s.now_ms, o.revision, o.subject, o.subject_id
FROM (
    SELECT
        pg_current_snapshot() AS now_snapshot,
        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
) s
    LEFT JOIN outbox o
        ON o.xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(o.xid, %(snapshot)s::pg_snapshot)
ORDER BY o.revision
