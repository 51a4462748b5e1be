-- Those that are not overdue, but for the slow ones, which are left until they are. Slow is drawn from the number itself, so
-- that an incident keeps its fate from one look to the next; some units are slow more often, each in townships of its own.
WITH habit AS (
    SELECT * FROM unnest(%(unit_id)s::integer[], %(township)s::text[], %(factor)s::double precision[])
        AS h (unit_id, township, factor)
)
SELECT i.id
FROM incident i LEFT JOIN habit h ON h.unit_id = i.lead_unit_id AND h.township = coalesce(i.township, '')
WHERE i.resolved_at IS NULL AND coalesce(i.due_at > %(at)s, true) AND i.status <> ALL (%(left_alone)s)
  AND (i.lead_unit_id IS NOT NULL OR i.item_id IS NOT NULL)
  AND (i.queue IS NULL OR i.reported_at < %(at)s::timestamptz - interval '1 hour' * (18 + i.id %% 36))
  AND ('x' || substr(md5(i.id::text), 1, 8))::bit(32)::bigint / 4294967296.0
      >= %(slow_share)s::double precision * coalesce(h.factor, %(other_factor)s::double precision)
-- What is soon due goes first: late are the slow ones, not those that chance has passed over.
ORDER BY coalesce(i.near_due_at <= %(at)s, false) DESC, (i.status = 'handling') DESC, random()
LIMIT %(count)s FOR UPDATE OF i SKIP LOCKED
