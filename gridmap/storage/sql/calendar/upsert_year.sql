INSERT INTO calendar_year (year, source, is_published)
SELECT y.year, y.source, y.is_published
FROM unnest(%(years)s::integer[], %(sources)s::text[], %(published)s::boolean[]) AS y (year, source, is_published)
ON CONFLICT (year) DO UPDATE SET source = excluded.source, is_published = excluded.is_published, imported_at = now()
WHERE excluded.is_published
