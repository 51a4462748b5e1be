-- The villages whose small grids differ between the draft and the current generation, with the grids of both.
-- Large grids and villages are looked up in the current generation, as a draft has no parents yet. A grid next door that
-- only took over a vertex is the same grid: less than a square metre of it differs.
WITH place AS (
    SELECT DISTINCT ON (p.code) p.code, v.code AS village, v.name, t.name AS township
    FROM area p
    JOIN area v ON v.id = CASE p.level WHEN 'village' THEN p.id ELSE p.parent_id END AND v.level = 'village'
    LEFT JOIN area t ON t.id = v.parent_id
    WHERE p.generation_id = generation_at(now()) AND p.level IN ('village', 'large_grid')
    ORDER BY p.code, p.level
), grid AS (
    SELECT a.generation_id = %(draft)s AS is_draft, a.code, a.households, a.geom, a.geom_m, place.village, place.name, place.township
    FROM area a JOIN place ON place.code = COALESCE(NULLIF(a.parent_code, ''), a.parent_code_by_geometry)
    WHERE a.level = 'small_grid' AND a.generation_id IN (%(draft)s, generation_at(now()))
), changed AS (
    SELECT DISTINCT COALESCE(d.village, c.village) AS village
    FROM (SELECT * FROM grid WHERE is_draft) d
    FULL JOIN (SELECT * FROM grid WHERE NOT is_draft) c ON c.code = d.code
    WHERE c.code IS NULL OR d.code IS NULL
       OR (ST_AsBinary(c.geom) <> ST_AsBinary(d.geom) AND ST_Area(ST_SymDifference(c.geom_m, d.geom_m)) >= 1)
)
SELECT g.village AS code, min(g.name) AS name, COALESCE(min(g.township), '') AS township,
       count(*) FILTER (WHERE NOT g.is_draft)::integer AS grids_before,
       count(*) FILTER (WHERE g.is_draft)::integer AS grids,
       COALESCE(min(g.households) FILTER (WHERE g.is_draft), 0) AS households_min,
       COALESCE(max(g.households) FILTER (WHERE g.is_draft), 0) AS households_max
FROM grid g JOIN changed USING (village)
GROUP BY g.village ORDER BY g.village COLLATE "C"
