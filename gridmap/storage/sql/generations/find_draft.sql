SELECT id FROM generation WHERE published_at IS NULL
