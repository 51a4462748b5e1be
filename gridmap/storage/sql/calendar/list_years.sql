SELECT year, source, is_published, imported_at FROM calendar_year ORDER BY year
