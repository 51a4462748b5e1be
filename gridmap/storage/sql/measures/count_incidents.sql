SELECT * FROM measure_counts(%(by)s::text, %(since)s, %(until)s, %(as_of)s, %(area)s, %(unit)s, %(item)s)
