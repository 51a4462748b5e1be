WITH RECURSIVE chain AS (
    SELECT p.id, p.code, p.name, p.level, p.parent_id FROM area a JOIN area p ON p.id = a.parent_id WHERE a.id = %(id)s
    UNION ALL
    SELECT p.id, p.code, p.name, p.level, p.parent_id FROM chain c JOIN area p ON p.id = c.parent_id
)
SELECT c.id, c.code, c.name, c.level FROM chain c JOIN area_level l USING (level) ORDER BY l.rank
