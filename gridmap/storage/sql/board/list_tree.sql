-- Areas of one generation as a tree; name, label point and box for the three upper levels, which carry labels and donuts.
SELECT
    a.id,
    coalesce(a.parent_id, 0),
    a.level,
    coalesce(a.households, 0),
    CASE WHEN a.level IN ('county', 'township', 'village') THEN a.name END,
    CASE WHEN a.level IN ('county', 'township', 'village') THEN ST_X(p.point) END,
    CASE WHEN a.level IN ('county', 'township', 'village') THEN ST_Y(p.point) END,
    ST_XMin(a.geom), ST_YMin(a.geom), ST_XMax(a.geom), ST_YMax(a.geom)
FROM area a
    LEFT JOIN LATERAL (
        -- A point inside, of the largest part.
        SELECT ST_PointOnSurface(part.geom) AS point
        FROM ST_Dump(a.geom) part
        ORDER BY ST_Area(part.geom) DESC
        LIMIT 1
    ) p ON a.level IN ('county', 'township', 'village')
WHERE a.generation_id = %(generation)s AND a.level <> 'special_grid'
ORDER BY a.id
