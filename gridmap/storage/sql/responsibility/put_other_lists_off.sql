-- Beyond any report, each by the same: the first days stay different. Only in a transaction that is rolled back.
UPDATE responsibility_list SET effective_from = effective_from + 1000000 WHERE id <> %(list_id)s
