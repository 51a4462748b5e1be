SELECT max(value) FILTER (WHERE name = 'office_hours'), max(value) FILTER (WHERE name = 'due_convention'),
       max(value) FILTER (WHERE name = 'due_rules'), max(value) FILTER (WHERE name = 'timezone')
FROM setting
