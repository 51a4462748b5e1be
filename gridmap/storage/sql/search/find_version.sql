-- Units have no version of their own: their number and a sum over their texts tells any change.
SELECT coalesce(generation_at(now()), 0),
       (SELECT coalesce(sum(hashtext(concat_ws('|', id, code, name, short_name, letter))), 0)::bigint FROM unit)
