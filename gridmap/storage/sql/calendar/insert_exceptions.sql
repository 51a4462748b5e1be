INSERT INTO calendar_exception (day, notice_year, is_working, note)
SELECT e.day, e.notice_year, e.is_working, e.note
FROM unnest(%(days)s::date[], %(notice_years)s::integer[], %(working)s::boolean[], %(notes)s::text[])
    AS e (day, notice_year, is_working, note)
