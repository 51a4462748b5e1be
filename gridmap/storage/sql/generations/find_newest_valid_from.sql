SELECT max(valid_from) FROM generation WHERE published_at IS NOT NULL
