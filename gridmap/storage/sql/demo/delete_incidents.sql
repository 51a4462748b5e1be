TRUNCATE incident_event, incident RESTART IDENTITY
