SELECT id, code, name FROM area WHERE generation_id = generation_at(now()) AND level = 'township' ORDER BY code COLLATE "C"
