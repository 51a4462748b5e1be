SELECT status, version, requested_by, first_reviewed_by, second_reviewed_by FROM admission
WHERE id = %(admission_id)s FOR UPDATE
