SELECT CASE status WHEN 'paused' THEN 'pause' WHEN 'disputed' THEN 'dispute' ELSE 'extend' END, count(*)
FROM incident WHERE resolved_at IS NULL AND status IN ('paused', 'disputed', 'extended') GROUP BY 1
