SELECT value::integer FROM setting WHERE name = 'working_day_s'
