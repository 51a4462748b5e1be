SELECT value FROM setting WHERE name = 'timezone'
