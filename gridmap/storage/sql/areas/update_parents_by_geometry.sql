UPDATE area a SET parent_code_by_geometry = given.code
FROM unnest(%(ids)s::integer[], %(codes)s::text[]) AS given (id, code)
WHERE a.id = given.id AND a.parent_code_by_geometry IS DISTINCT FROM given.code
