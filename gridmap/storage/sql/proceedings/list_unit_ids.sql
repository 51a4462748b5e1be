SELECT code, id FROM unit WHERE code = ANY(%(codes)s)
