SELECT span_end(%(start)s, %(span)s)
