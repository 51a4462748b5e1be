-- Locked, so that what is decided about the incident is decided one after the other.
SELECT i.id, i.status, s.is_open, i.version, i.item_code, i.township, i.lead_unit_id, i.holder_unit_id, i.merged_into_id
FROM incident i JOIN incident_status s USING (status)
WHERE i.id = %(incident_id)s
FOR UPDATE OF i
