SELECT f.code, f.name, count(*), count(DISTINCT a.to_unit_id), count(DISTINCT a.item_code), max(a.at)
FROM admission_attempt a LEFT JOIN unit f ON f.id = a.from_unit_id
WHERE (%(since)s::timestamptz IS NULL OR a.at >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL OR a.at < %(until)s::timestamptz)
GROUP BY f.id, f.code, f.name ORDER BY count(*) DESC, f.code COLLATE "C"
