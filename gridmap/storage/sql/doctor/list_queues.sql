-- Open incidents that no unit leads, by the queue they wait in; late is what waits longer than a dispatch may take.
SELECT coalesce(i.queue, 'no_queue'), count(*),
       count(*) FILTER (WHERE due_after(i.reported_at, 1, 'working_day') < %(now)s::timestamptz)
FROM incident i
WHERE i.resolved_at IS NULL AND (i.queue IS NOT NULL OR i.lead_unit_id IS NULL)
GROUP BY 1
ORDER BY 1
