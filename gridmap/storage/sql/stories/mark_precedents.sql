-- The first decision on an item becomes the precedent of the later ones; and a panel sat on each.
WITH decided AS (
    SELECT id, item_code, row_number() OVER (PARTITION BY item_code ORDER BY decided_at, id) AS number,
           first_value(id) OVER (PARTITION BY item_code ORDER BY decided_at, id) AS first_id,
           count(*) OVER (PARTITION BY item_code) AS number_of
    FROM dispute WHERE decided_at IS NOT NULL
)
UPDATE dispute d
SET panel = %(panel)s, is_precedent = p.number = 1 AND p.number_of > 1,
    precedent_id = CASE WHEN p.number > 1 THEN p.first_id END, version = d.version + 1
FROM decided p WHERE p.id = d.id
