-- Parents are found anew when the copy is published: their ids belong to the other generation.
INSERT INTO area (generation_id, level, kind, code, name, parent_code, households, team_secretary, team_worker,
                  team_assistants, source_datum, geom, geom_m)
SELECT %(target)s, level, kind, code, name, parent_code, households, team_secretary, team_worker,
       team_assistants, source_datum, geom, geom_m
FROM area WHERE generation_id = %(source)s
