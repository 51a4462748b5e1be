-- Who burnt the time, quickly enough to be asked each minute; and no overdue time where the clock stands.

-- What ended lately is found without reading what ended long ago; and what ever stood still, whose due time moved.
CREATE INDEX incident_hold_ended ON incident_hold (to_at) WHERE to_at IS NOT NULL;
CREATE INDEX incident_hold_stopped ON incident_hold (incident_id) WHERE kind <> 'held';
-- What is overdue, and what was late when it closed.
CREATE INDEX incident_open_due ON incident (due_at) WHERE resolved_at IS NULL;
CREATE INDEX incident_late ON incident (resolved_at) WHERE resolved_at > due_at;
CREATE INDEX supervision_standing ON supervision (at) WHERE lifted_at IS NULL;

-- As in 0014, but for incidents without a due time: they are paused, which only what is not overdue can be, or due beyond the
-- calendar. All their time counted as overdue, as the greatest of an instant and nothing is the instant.
CREATE OR REPLACE FUNCTION ledger_between(since timestamptz, until timestamptz)
    RETURNS TABLE (incident_id bigint, unit_id integer, kind text, from_at timestamptz, to_at timestamptz,
                   working_s double precision, overdue_s double precision, goes_on boolean)
    LANGUAGE sql STABLE
AS $$
    SELECT p.incident_id, p.unit_id, p.kind, p.cut_from, p.cut_to,
           round((t.w - f.w)::numeric, 6)::double precision,
           CASE WHEN p.kind = 'held' AND d.w IS NOT NULL
                THEN greatest(round((t.w - greatest(f.w, d.w - p.shift_working_s))::numeric, 6)::double precision, 0)
                ELSE 0 END,
           p.to_at IS NULL OR p.to_at > until
    FROM (
        SELECT h.incident_id, h.unit_id, h.kind, h.from_at, h.to_at,
               greatest(h.from_at, since) AS cut_from, least(coalesce(h.to_at, until), until) AS cut_to,
               -- The due time as it stood in this piece: the clock stood afterwards, and that moved it.
               i.due_at - make_interval(secs => CASE WHEN i.target_at IS NULL AND r.limit_unit = 'calendar_day'
                   THEN coalesce(sum(c.stopped_plain_s) OVER later, 0) ELSE 0 END) AS due_at,
               CASE WHEN i.target_at IS NULL AND coalesce(r.limit_unit, '') <> 'calendar_day'
                   THEN coalesce(sum(c.stopped_working_s) OVER later, 0) ELSE 0 END AS shift_working_s
        FROM gridmap.incident_hold h
        JOIN gridmap.incident i ON i.id = h.incident_id
        LEFT JOIN gridmap.responsibility_item r ON r.id = i.item_id
        LEFT JOIN LATERAL (
            SELECT extract(epoch FROM h.to_at - h.from_at)::double precision AS stopped_plain_s,
                   gridmap.clock_seconds_between(h.from_at, h.to_at, NULL) AS stopped_working_s
            WHERE h.kind <> 'held' AND h.to_at IS NOT NULL) c ON true
        WINDOW later AS (PARTITION BY h.incident_id ORDER BY h.from_at, h.id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ) p
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.cut_from, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.cut_from ORDER BY w.starts_at DESC LIMIT 1) f
    CROSS JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.cut_to, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.cut_to ORDER BY w.starts_at DESC LIMIT 1) t
    LEFT JOIN LATERAL (
        SELECT w.seconds_before + extract(epoch FROM least(p.due_at, w.ends_at) - w.starts_at)::double precision AS w
        FROM gridmap.working_interval w WHERE w.starts_at <= p.due_at ORDER BY w.starts_at DESC LIMIT 1) d ON true
    WHERE p.from_at <= until AND (p.to_at IS NULL OR p.to_at > since)
$$;
