WITH RECURSIVE below AS (
    SELECT id FROM area WHERE parent_id = %(id)s
    UNION ALL
    SELECT a.id FROM below b JOIN area a ON a.parent_id = b.id
)
SELECT a.id, a.level, a.code, a.name, a.parent_code, a.team_secretary, a.team_worker, a.team_assistants,
       ST_AsBinary(a.geom) AS shape
FROM below b JOIN area a USING (id)
WHERE a.level IN ('large_grid', 'small_grid')
ORDER BY a.level, a.code COLLATE "C"
