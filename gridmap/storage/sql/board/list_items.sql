SELECT id, code, name, class_name
FROM responsibility_item
ORDER BY id
