-- Areas of a draft that is discarded are deleted one by one, and each asks the history whether it names them.

CREATE INDEX incident_event_area ON incident_event (area_id);
