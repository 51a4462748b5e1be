-- The rule by which the outbox is read, and an index for the day's figures.

COMMENT ON TABLE outbox IS 'Every change, numbered. Transactions commit out of order, so no number is a bound: a reader keeps its last '
    'pg_snapshot and takes the rows whose xid is visible now and was not visible in it.';
COMMENT ON COLUMN outbox.xid IS 'The transaction of the change; compared with pg_visible_in_snapshot.';

-- Events are not numbered in the order of their instants: an import writes those of last year today.
CREATE INDEX incident_event_dispatched ON incident_event (at) WHERE kind = 'status' AND to_status = 'dispatched';
