UPDATE supervision SET lifted_at = %(at)s, lifted_by = %(staff_id)s, lift_reason = %(reason)s, version = version + 1
WHERE id = %(id)s AND version = %(version)s
RETURNING version
