INSERT INTO responsibility_party (item_id, role, unit_type, position, legal_basis, contact, telephone)
SELECT *
FROM unnest(%(item_id)s::integer[], %(role)s::text[], %(unit_type)s::text[], %(position)s::smallint[],
            %(legal_basis)s::text[], %(contact)s::text[], %(telephone)s::text[])
