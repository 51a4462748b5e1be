-- County, townships and villages of the current generation, with the number of small grids of each village.
WITH RECURSIVE below AS (
    SELECT a.id, a.id AS village FROM area a WHERE a.generation_id = generation_at(now()) AND a.level = 'village'
    UNION ALL
    SELECT a.id, b.village FROM below b JOIN area a ON a.parent_id = b.id
), grids AS (
    SELECT b.village, count(*)::integer AS grids FROM below b JOIN area a USING (id) WHERE a.level = 'small_grid' GROUP BY b.village
)
SELECT a.id, a.level, a.code, a.name, a.parent_id, COALESCE(a.households, 0) AS households, COALESCE(g.grids, 0) AS grids,
       ST_AsBinary(a.geom) AS shape
FROM area a JOIN area_level l USING (level) LEFT JOIN grids g ON g.village = a.id
WHERE a.generation_id = generation_at(now()) AND a.level IN ('county', 'township', 'village')
ORDER BY l.rank, a.code COLLATE "C"
