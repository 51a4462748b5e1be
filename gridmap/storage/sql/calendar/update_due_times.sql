WITH asked AS MATERIALIZED (
    SELECT i.id, i.due_at AS old_due_at, i.is_provisional AS was_provisional, d.near_due_at, d.due_at, d.twice_due_at
    FROM incident i
    LEFT JOIN responsibility_item r ON r.id = i.item_id
    CROSS JOIN LATERAL due_times(i.reported_at, coalesce(r.limit_value, 3), coalesce(r.limit_unit, 'working_day')) d
    WHERE i.resolved_at IS NULL AND (i.is_provisional OR i.twice_due_at > %(changed_from)s)
      AND coalesce(r.limit_unit, 'working_day') <> 'calendar_day'
), changed AS (
    UPDATE incident i
    SET near_due_at = a.near_due_at, due_at = a.due_at, twice_due_at = a.twice_due_at,
        is_provisional = coalesce(a.due_at > calendar_known_until(), true)
    FROM asked a
    WHERE i.id = a.id
      AND (i.near_due_at, i.due_at, i.twice_due_at, i.is_provisional) IS DISTINCT FROM
          (a.near_due_at, a.due_at, a.twice_due_at, coalesce(a.due_at > calendar_known_until(), true))
    RETURNING i.id, a.old_due_at, i.due_at, a.was_provisional, i.is_provisional
) SELECT id, old_due_at, due_at, was_provisional, is_provisional FROM changed ORDER BY id
