-- The small grids of some villages, of today and of the draft.
-- Large grids and villages are looked up in the current generation, as a draft has no parents yet.
WITH place AS (
    SELECT v.code AS village, v.code FROM area v
    WHERE v.generation_id = generation_at(now()) AND v.level = 'village' AND v.code = ANY(%(villages)s::text[])
    UNION
    SELECT v.code, g.code FROM area v JOIN area g ON g.parent_id = v.id
    WHERE v.generation_id = generation_at(now()) AND v.level = 'village' AND v.code = ANY(%(villages)s::text[]) AND g.level = 'large_grid'
)
SELECT place.village, a.generation_id = %(draft)s AS is_draft, a.code, COALESCE(a.households, 0) AS households,
       ST_AsBinary(a.geom) AS shape
FROM area a JOIN place ON place.code = COALESCE(NULLIF(a.parent_code, ''), a.parent_code_by_geometry)
WHERE a.level = 'small_grid' AND a.generation_id IN (%(draft)s, generation_at(now()))
ORDER BY place.village COLLATE "C", is_draft, a.code COLLATE "C"
