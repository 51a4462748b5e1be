-- Changes with every change of what the tiles show: the transactions that wrote the rows, added up.
SELECT md5(concat_ws(
    ' ', generation_at(now()),
    (SELECT concat(count(*), '-', sum(xmin::text::bigint)) FROM area WHERE generation_id = generation_at(now())),
    (SELECT concat(count(*), '-', sum(xmin::text::bigint)) FROM jurisdiction),
    (SELECT concat(count(*), '-', sum(xmin::text::bigint)) FROM map_feature)
))
