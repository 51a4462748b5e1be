INSERT INTO calendar_day (day, year, is_working, note)
SELECT d.day, extract(year FROM d.day)::integer, d.is_working, d.note
FROM unnest(%(days)s::date[], %(working)s::boolean[], %(notes)s::text[]) AS d (day, is_working, note)
