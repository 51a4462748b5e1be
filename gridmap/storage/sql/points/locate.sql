-- As an exact report of this instant would be placed.
WITH RECURSIVE point AS (
    SELECT to_cgcs2000(%(lon)s, %(lat)s, %(datum)s) AS geom
), here AS MATERIALIZED (
    SELECT p.geom, l.* FROM point p CROSS JOIN LATERAL locate(p.geom, 'exact', now()) l
), chain AS (
    SELECT a.parent_id, a.level, a.code, a.name FROM area a JOIN here h ON a.id = h.area_id
    UNION ALL
    SELECT a.parent_id, a.level, a.code, a.name FROM area a JOIN chain c ON a.id = c.parent_id
), named AS (
    SELECT level, code, name FROM chain
    UNION ALL
    SELECT a.level, a.code, a.name FROM here h JOIN area a
        ON a.generation_id = h.generation_id AND a.level = 'special_grid' AND a.code = h.special_grid
)
SELECT ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, h.placement, h.margin_m,
    ARRAY(SELECT n.level FROM named n JOIN area_level l USING (level) ORDER BY l.rank) AS levels,
    ARRAY(SELECT n.code FROM named n JOIN area_level l USING (level) ORDER BY l.rank) AS codes,
    ARRAY(SELECT n.name FROM named n JOIN area_level l USING (level) ORDER BY l.rank) AS names
FROM here h
