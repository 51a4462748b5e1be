SELECT f.name, f.class, NULL::integer AS colour_slot, ST_AsBinary(f.geom) AS geom
FROM map_feature f
WHERE f.kind = %(source_kind)s AND (%(class)s::text[] IS NULL OR f.class = ANY(%(class)s))
ORDER BY f.id
