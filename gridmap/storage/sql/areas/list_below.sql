WITH RECURSIVE below AS (
    SELECT id FROM area WHERE parent_id = %(id)s
    UNION ALL
    SELECT a.id FROM below b JOIN area a ON a.parent_id = b.id
)
SELECT a.level, count(*)::integer AS count, sum(a.households)::integer AS households,
       (count(*) FILTER (WHERE NOT a.team_secretary OR NOT a.team_worker OR a.team_assistants = 0))::integer AS without_full_team
FROM below b JOIN area a USING (id) JOIN area_level l USING (level)
GROUP BY a.level, l.rank ORDER BY l.rank
