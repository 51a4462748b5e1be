-- Reporters who were called back: those who were not satisfied had their incident reopened, the others were, but for some who could
-- not be reached three times.
WITH asked AS (
    SELECT i.id, e.at AS reopened_at, i.status,
           coalesce(e.at, i.resolved_at + interval '20 hours' * (1 + hashint8(i.id) / 2147483648.0 / 4)) AS at,
           e.at IS NULL AND i.id %% 11 = 0 AS is_missed
    FROM incident i
        LEFT JOIN incident_event e ON e.incident_id = i.id AND e.kind = 'status' AND e.to_status = 'reopened'
    WHERE i.channel = ANY (%(channels)s) AND (i.status = 'called_back' OR e.at IS NOT NULL)
), caller AS (
    SELECT array_agg(id ORDER BY code) AS ids FROM staff WHERE role = 'operator'
), attempt AS (
    SELECT a.id, a.at - interval '3 hours' * (3 - t.number) AS at, NOT a.is_missed AS is_reached,
           CASE WHEN NOT a.is_missed THEN a.reopened_at IS NULL END AS is_satisfied
    FROM asked a JOIN generate_series(1, 3) AS t (number) ON t.number = 3 OR a.is_missed
    UNION ALL
    -- After the second resolution.
    SELECT a.id, i.resolved_at + interval '20 hours', true, true
    FROM asked a JOIN incident i USING (id) WHERE a.reopened_at IS NOT NULL AND i.status = 'called_back'
)
INSERT INTO call_back (incident_id, at, by_staff, is_reached, is_satisfied, note)
SELECT t.id, t.at, c.ids[1 + t.id %% cardinality(c.ids)], t.is_reached, t.is_satisfied,
       CASE WHEN NOT t.is_reached THEN '电话无人接听' WHEN t.is_satisfied THEN '' ELSE '反映人不满意' END
FROM attempt t, caller c
WHERE t.at <= %(at)s AND NOT EXISTS (SELECT FROM call_back b WHERE b.incident_id = t.id AND b.at = t.at)
ORDER BY t.at, t.id
