UPDATE setting s SET value = c.value
FROM (VALUES ('office_hours', %(office_hours)s::text), ('due_convention', %(due_convention)s::text),
             ('due_rules', %(due_rules)s::text), ('timezone', %(timezone)s::text)) AS c (name, value)
WHERE s.name = c.name
