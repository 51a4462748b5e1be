SELECT generation_at(now())
