SELECT i.id, i.status, i.item_code, i.item_id, i.lead_rule, i.queue, i.routing, i.township, i.reported_at,
       i.lead_unit_id, i.jurisdiction_id
FROM incident i WHERE i.id = %(incident_id)s
