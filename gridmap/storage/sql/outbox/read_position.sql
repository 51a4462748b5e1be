-- Where a reader stands that has just read everything: its snapshot.
SELECT pg_current_snapshot()::text
