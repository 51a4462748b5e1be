-- Who burnt the time, quickly enough to be asked each minute.

-- What ended lately is found without reading what ended long ago; and what ever stood still, whose due time moved.
CREATE INDEX incident_hold_ended ON incident_hold (to_at) WHERE to_at IS NOT NULL;
CREATE INDEX incident_hold_stopped ON incident_hold (incident_id) WHERE kind <> 'held';
-- What is overdue, and what was late when it closed.
CREATE INDEX incident_open_due ON incident (due_at) WHERE resolved_at IS NULL;
CREATE INDEX incident_late ON incident (resolved_at) WHERE resolved_at > due_at;
CREATE INDEX supervision_standing ON supervision (at) WHERE lifted_at IS NULL;
