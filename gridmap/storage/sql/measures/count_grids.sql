-- Households and teams of the grids by the areas of a level, or of all that are asked for in one row with an empty key.
WITH RECURSIVE chain AS (
    SELECT a.id AS grid_id, a.parent_id, a.level, a.code
    FROM area a WHERE a.generation_id = generation_at(%(as_of)s) AND a.level IN ('large_grid', 'small_grid')
    UNION ALL
    SELECT c.grid_id, a.parent_id, a.level, a.code FROM area a JOIN chain c ON a.id = c.parent_id
), asked AS (
    SELECT g.level, g.households, g.team_secretary AND g.team_worker AND g.team_assistants > 0 AS is_full, c.code, c.level AS at_level
    FROM chain c JOIN area g ON g.id = c.grid_id
    WHERE c.level = CASE WHEN %(by)s::text IN (SELECT level FROM area_level) THEN %(by)s::text ELSE g.level END
      AND (%(area)s::text IS NULL OR EXISTS (SELECT FROM chain w WHERE w.grid_id = c.grid_id AND w.code = %(area)s::text))
)
SELECT CASE WHEN %(by)s::text IN (SELECT level FROM area_level) THEN a.code ELSE '' END AS key,
       coalesce(sum(a.households) FILTER (WHERE a.level = 'small_grid'), sum(a.households)),
       sum(a.households) FILTER (WHERE a.level = 'small_grid'),
       count(a.households) FILTER (WHERE a.level = 'small_grid'),
       count(*) FILTER (WHERE a.level = 'small_grid' AND a.households BETWEEN %(least_households)s AND %(most_households)s),
       count(*) FILTER (WHERE NOT a.is_full), count(a.is_full)
FROM asked a
GROUP BY 1
