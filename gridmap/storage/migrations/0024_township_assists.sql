-- In the list the department leads and the township assists: what a township only assists in is not given to it to lead.

CREATE FUNCTION may_lead_by_list(of_item_id integer, of_unit_type text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT EXISTS (
        SELECT FROM responsibility_item i
        JOIN (SELECT p.item_id, p.role, p.unit_type FROM responsibility_party p
              UNION ALL SELECT d.item_id, d.role, d.unit_type FROM responsibility_duty d) n ON n.item_id = i.id
        WHERE i.id = of_item_id AND n.unit_type = of_unit_type AND (n.role = 'lead' OR i.level = 'township'))
$$;
COMMENT ON FUNCTION may_lead_by_list IS 'Whether the list lets a township''s unit of this type lead in an item: as a lead, or, where the townships are the level that '
    'leads, as an assistant too.';
COMMENT ON TABLE admission_attempt IS 'Somebody tried to give a township what is not on the list, or what it only assists in, and was not admitted; counted by unit.';
