DELETE FROM generation WHERE id = %(id)s AND published_at IS NULL
