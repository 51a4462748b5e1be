SELECT starts_at, ends_at FROM working_interval ORDER BY starts_at
