DELETE FROM incident WHERE id IN (
    SELECT id FROM incident WHERE resolved_at < %(before)s AND source_key LIKE 'simulated:%%'
    ORDER BY resolved_at LIMIT %(count)s)
