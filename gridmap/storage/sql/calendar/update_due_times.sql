-- What a sender's own target binds does not follow the calendar, and a clock that stands gets its times when it runs again. The time
-- in which it stood is counted anew as well: a day that became a working one is longer than a day off. Sums of seconds differ by less
-- than a microsecond with the order in which they are added: that is no change, and what is listed as changed has another due time.
WITH asked AS MATERIALIZED (
    SELECT i.id, i.due_at AS old_due_at, i.is_provisional AS was_provisional, s.stopped_s, d.near_due_at, d.due_at, d.twice_due_at,
           is_due_provisional(d.due_at, l.limit_unit) AS is_provisional
    FROM incident i
    LEFT JOIN responsibility_item r ON r.id = i.item_id
    CROSS JOIN LATERAL (
        SELECT coalesce(r.limit_value, 3) + i.extension AS limit_value, coalesce(r.limit_unit, 'working_day') AS limit_unit) l
    CROSS JOIN LATERAL (SELECT coalesce(stopped_seconds(i.id, l.limit_unit), i.stopped_s) AS stopped_s) s
    CROSS JOIN LATERAL due_times_of(i.reported_at, l.limit_value, l.limit_unit, s.stopped_s, NULL) d
    WHERE i.resolved_at IS NULL AND i.stopped_at IS NULL AND i.target_at IS NULL
      AND (%(changed_from)s::date IS NULL OR i.is_provisional OR coalesce(i.twice_due_at > %(changed_from)s::date, true))
), changed AS (
    UPDATE incident i
    SET near_due_at = a.near_due_at, due_at = a.due_at, twice_due_at = a.twice_due_at, is_provisional = a.is_provisional,
        stopped_s = a.stopped_s
    FROM asked a
    WHERE i.id = a.id
      AND ((i.near_due_at, i.due_at, i.twice_due_at, i.is_provisional) IS DISTINCT FROM
           (a.near_due_at, a.due_at, a.twice_due_at, a.is_provisional) OR abs(i.stopped_s - a.stopped_s) >= 1e-6)
    RETURNING i.id, a.old_due_at, i.due_at, a.was_provisional, i.is_provisional
) SELECT id, old_due_at, due_at, was_provisional, is_provisional FROM changed ORDER BY id
