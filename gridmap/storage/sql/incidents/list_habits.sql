-- How often the incidents of each unit in each township are late by more than a quarter of their time, as a factor of the mean, over what did not come by
-- simulation: the simulation is to keep the picture that it found.
WITH late AS (
    SELECT lead_unit_id, township, count(*) AS number,
           count(*) FILTER (WHERE coalesce(resolved_at, %(at)s) >= due_at + (twice_due_at - due_at) * 0.25) AS late
    FROM incident
    WHERE lead_unit_id IS NOT NULL AND due_at <= %(at)s AND coalesce(source_key, '') NOT LIKE 'simulated:%%'
    GROUP BY 1, 2
)
-- Three incidents are added, late less often than the mean: a single late one does not make a bad unit, and one of which
-- little is known is seldom bad.
SELECT lead_unit_id, coalesce(township, ''),
       (late + 3 * 0.3 * mean.share) / (number + 3) / mean.share
FROM late, (SELECT sum(late)::double precision / sum(number) AS share FROM late HAVING sum(late) > 0) mean
ORDER BY 1, 2
