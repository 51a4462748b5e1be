UPDATE area a SET parent_id = coalesce(
    (SELECT p.id FROM area p
     WHERE p.generation_id = a.generation_id AND p.level = %(parent_level)s AND p.code = a.parent_code),
    (SELECT p.id FROM area p
     WHERE p.generation_id = a.generation_id AND p.level = %(parent_level)s AND p.code = a.parent_code_by_geometry))
WHERE a.generation_id = %(generation_id)s AND a.level = %(level)s
