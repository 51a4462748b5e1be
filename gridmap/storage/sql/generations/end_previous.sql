UPDATE generation SET valid_to = %(valid_from)s WHERE published_at IS NOT NULL AND valid_to IS NULL
