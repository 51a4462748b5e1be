-- Some incidents are slow, more of them with some units than with others: they are left until well past their due time.
-- Both are drawn from the number itself, so that an incident keeps its fate from one look to the next.
WITH fate AS (
    SELECT i.id, i.status, i.due_at, i.twice_due_at,
           ('x' || substr(md5(i.id::text), 1, 8))::bit(32)::bigint / 4294967296.0 AS own,
           ('x' || substr(md5(i.id::text), 9, 8))::bit(32)::bigint / 4294967296.0 AS lag,
           3 * power(('x' || substr(md5('unit' || i.lead_unit_id), 1, 8))::bit(32)::bigint / 4294967296.0, 2) AS unit_factor
    FROM incident i WHERE i.resolved_at IS NULL
), picked AS (
    SELECT i.id FROM incident i JOIN fate f ON f.id = i.id
    WHERE i.resolved_at IS NULL
      AND (f.own >= %(slow_share)s::double precision * coalesce(f.unit_factor, 1)
           OR now() >= f.due_at + (f.twice_due_at - f.due_at) * (f.lag * 1.2)::double precision)
    ORDER BY (i.status = 'handling') DESC, random() LIMIT %(count)s FOR UPDATE OF i SKIP LOCKED
)
UPDATE incident i SET status = 'resolved' FROM picked p WHERE i.id = p.id
