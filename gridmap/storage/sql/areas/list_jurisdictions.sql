SELECT * FROM (
    SELECT j.id, j.code, j.name, j.kind, u.id AS unit_id, u.code AS unit_code, u.name AS unit_name, u.letter AS unit_letter,
           u.colour_slot AS unit_colour_slot,
           CASE WHEN ST_Covers(j.geom, a.geom) THEN 1.0
                ELSE ST_Area(ST_Intersection(j.geom, a.geom)) / ST_Area(a.geom) END AS share
    FROM (SELECT value AS name FROM setting WHERE name = 'timezone') AS zone
    CROSS JOIN area a
    JOIN jurisdiction j ON j.geom && a.geom AND ST_Intersects(j.geom, a.geom)
        AND (now() AT TIME ZONE zone.name)::date >= j.valid_from
        AND (now() AT TIME ZONE zone.name)::date < j.valid_to
    JOIN unit u ON u.id = j.unit_id
    WHERE a.id = %(id)s
) AS here
-- A jurisdiction that only runs along the border has no part in the area.
WHERE share > 0.0005
ORDER BY share DESC, code COLLATE "C"
