-- The box of a generation: west, south, east, north; no value when it has no area.
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
FROM (SELECT ST_Extent(geom) AS box FROM area WHERE generation_id = %(generation)s AND level IN ('county', 'township')) extent
WHERE box IS NOT NULL
