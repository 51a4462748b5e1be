SELECT EXISTS (SELECT FROM generation WHERE published_at IS NOT NULL) OR EXISTS (SELECT FROM area) AS has_county,
       EXISTS (SELECT FROM setting WHERE name = 'demonstration_seed') AS is_demonstration,
       (SELECT max(i.received_at) FROM incident i, setting s WHERE s.name = 'demonstration_incidents') AS newest_received_at
