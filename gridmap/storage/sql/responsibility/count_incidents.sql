SELECT count(*) FROM incident WHERE reported_at >= %(since)s AND reported_at < %(until)s
