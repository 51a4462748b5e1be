-- Those that are overdue, whose next card comes first: red at twice the time, black at three times it. A few are stuck and not taken, by
-- their number, so that an incident keeps its fate from one look to the next: most of these until they are red, one in ten until black.
WITH late AS (
    SELECT id, twice_due_at <= %(at)s AS is_red, twice_due_at + (twice_due_at - due_at) <= %(at)s AS is_black,
        CASE WHEN twice_due_at > %(at)s THEN twice_due_at ELSE twice_due_at + (twice_due_at - due_at) END AS card_at,
        ('x' || substr(md5(id::text), 9, 8))::bit(32)::bigint / 4294967296.0 AS fate
    FROM incident
    WHERE resolved_at IS NULL AND due_at <= %(at)s AND status <> ALL (%(left_alone)s)
      AND (lead_unit_id IS NOT NULL OR item_id IS NOT NULL)
      AND (queue IS NULL OR reported_at < %(at)s::timestamptz - interval '1 hour' * (12 + id %% 24))
)
SELECT i.id FROM incident i JOIN late USING (id)
WHERE (is_black OR fate >= %(stuck_share)s::double precision * CASE WHEN is_red THEN 0.1 ELSE 1.0 END)
  AND (%(card_before)s::timestamptz IS NULL OR (card_at <= %(card_before)s AND NOT is_black))
ORDER BY card_at LIMIT %(count)s FOR UPDATE OF i SKIP LOCKED
