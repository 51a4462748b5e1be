SELECT day, is_working, notice_year, note FROM calendar_exception ORDER BY day, notice_year
