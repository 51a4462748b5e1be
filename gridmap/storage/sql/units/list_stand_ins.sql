-- As route(): a unit with jurisdictions stands in elsewhere only where it is the only one of its type and level there.
WITH acting AS (
    SELECT u.id, u.unit_type, u.level, u.township_code,
           EXISTS (SELECT FROM jurisdiction j WHERE j.unit_id = u.id AND %(day)s::date >= j.valid_from
                   AND %(day)s::date < j.valid_to) AS has_jurisdiction
    FROM unit u
), place AS (
    SELECT unit_type, level, township_code
    FROM acting GROUP BY unit_type, level, township_code
    HAVING bool_or(NOT has_jurisdiction) OR count(*) = 1
)
SELECT unit_type, bool_or(level = 'county'), count(*) FILTER (WHERE level = 'township' AND township_code IN (
           SELECT code FROM area WHERE generation_id = %(generation_id)s AND level = 'township')),
       (SELECT count(*) FROM area WHERE generation_id = %(generation_id)s AND level = 'township')
FROM place GROUP BY unit_type
