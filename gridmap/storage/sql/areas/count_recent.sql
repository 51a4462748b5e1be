WITH RECURSIVE here AS (
    SELECT %(id)s::integer AS id
    UNION ALL
    SELECT a.id FROM here h JOIN area a ON a.parent_id = h.id
)
SELECT count(*) FROM incident i
WHERE i.reported_at >= now() - make_interval(days => %(days)s) AND i.area_id IN (SELECT id FROM here)
