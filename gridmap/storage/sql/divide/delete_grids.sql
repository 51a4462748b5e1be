-- Also those that an earlier plan put into the draft: they have other codes than today's, but the same parents.
DELETE FROM area
WHERE generation_id = %(generation_id)s AND level = 'small_grid' AND (code = ANY(%(codes)s) OR parent_code = ANY(%(parents)s))
RETURNING code
