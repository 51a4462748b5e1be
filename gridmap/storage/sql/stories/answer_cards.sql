-- Units answer within a day; one in seven does not.
UPDATE supervision s
SET answered_at = least(s.at + interval '6 hours' * (1 + s.id %% 4), %(at)s), answer = '已督促承办人，限期办结', version = s.version + 1,
    answered_by = (SELECT p.id FROM staff p WHERE p.unit_id = s.unit_id AND p.role = 'unit_lead' ORDER BY p.code LIMIT 1)
WHERE s.at < %(at)s::timestamptz - interval '1 day' AND s.id %% 7 > 0 AND s.unit_id IS NOT NULL AND s.answered_at IS NULL AND s.lifted_at IS NULL
