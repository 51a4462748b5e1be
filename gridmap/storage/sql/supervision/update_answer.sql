UPDATE supervision SET answered_at = %(at)s, answered_by = %(staff_id)s, answer = %(answer)s, version = version + 1
WHERE id = %(id)s AND version = %(version)s
RETURNING version
