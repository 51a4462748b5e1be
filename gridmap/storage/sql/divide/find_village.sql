-- From any area of the current generation up to the village that it is or lies in.
WITH RECURSIVE chain AS (
    SELECT a.id, a.parent_id, a.level FROM area a
    WHERE a.generation_id = generation_at(now())
      AND (a.id = %(id)s::integer OR (a.level = 'village' AND a.code = %(code)s::text))
    UNION ALL
    SELECT p.id, p.parent_id, p.level FROM chain c JOIN area p ON p.id = c.parent_id WHERE c.level <> 'village'
)
SELECT v.id, v.generation_id, v.code, v.name, v.kind, ST_AsBinary(v.geom) AS shape
FROM chain c JOIN area v ON v.id = c.id WHERE v.level = 'village' LIMIT 1
