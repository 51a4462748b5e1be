DELETE FROM outbox WHERE at < %(before)s AND xid < pg_snapshot_xmin(pg_current_snapshot())
