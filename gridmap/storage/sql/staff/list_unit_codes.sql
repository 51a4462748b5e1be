SELECT code FROM unit
