UPDATE unit_call_answer SET rating = %(rating)s WHERE call_id = %(call_id)s AND unit_id = %(unit_id)s
