DELETE FROM setting WHERE name = 'demonstration_incidents'
