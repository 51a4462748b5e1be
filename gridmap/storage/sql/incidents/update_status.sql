UPDATE incident SET status = %(status)s
WHERE id = %(incident_id)s AND version = %(version)s
RETURNING version
