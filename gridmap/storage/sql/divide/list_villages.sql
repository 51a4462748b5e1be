-- The villages of the current generation at or below an area.
WITH RECURSIVE below AS (
    SELECT a.id, a.level, a.code FROM area a WHERE a.code = %(code)s AND a.generation_id = generation_at(now())
    UNION ALL
    SELECT a.id, a.level, a.code FROM below b JOIN area a ON a.parent_id = b.id WHERE b.level <> 'village'
)
SELECT DISTINCT code FROM below WHERE level = 'village' ORDER BY code
