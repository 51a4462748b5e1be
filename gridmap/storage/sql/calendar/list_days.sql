SELECT day, is_working, note FROM calendar_day
WHERE %(year)s::integer IS NULL OR year = %(year)s::integer ORDER BY day
