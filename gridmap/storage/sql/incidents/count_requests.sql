SELECT count(*) FROM clock_request WHERE status = 'open' AND kind = %(kind)s
