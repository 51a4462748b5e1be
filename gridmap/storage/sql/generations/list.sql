SELECT g.id, g.name, g.valid_from, g.valid_to, g.published_at,
       g.published_at IS NOT NULL AND g.id = generation_at(now()) AS is_current,
       (SELECT count(*) FROM area a WHERE a.generation_id = g.id)::integer AS areas
FROM generation g
ORDER BY g.published_at IS NULL, g.valid_from, g.id
