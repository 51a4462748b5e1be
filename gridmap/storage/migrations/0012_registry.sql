-- The responsibility list as a registry: duties bring their party, versions in use never change; powers.

CREATE FUNCTION insert_party_of_duty() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    -- Whatever door a duty comes by, who leads is read from the parties.
    INSERT INTO responsibility_party (item_id, role, unit_type, position)
    SELECT n.item_id, n.role, n.unit_type,
           row_number() OVER (PARTITION BY n.item_id, n.role ORDER BY min(n.number), n.unit_type)
           + coalesce((SELECT max(p.position) FROM responsibility_party p WHERE p.item_id = n.item_id AND p.role = n.role), 0)
    FROM new_row n
    WHERE NOT EXISTS (
        SELECT FROM responsibility_party p WHERE (p.item_id, p.role, p.unit_type) = (n.item_id, n.role, n.unit_type))
    GROUP BY n.item_id, n.role, n.unit_type;
    RETURN NULL;
END $$;
CREATE TRIGGER responsibility_duty_party AFTER INSERT ON responsibility_duty REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION insert_party_of_duty();
COMMENT ON COLUMN responsibility_duty.duty IS 'Empty: the row says only that the unit type has a part in the item.';

CREATE FUNCTION refuse_change_of_list() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    -- Depth above 1: the cascade of an item that no incident came under, else its own foreign key refuses.
    IF pg_trigger_depth() > 1 OR current_setting('gridmap.dry_run', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'responsibility_list' THEN
        PERFORM FROM old_row o JOIN responsibility_item r ON r.list_id = (to_jsonb(o) ->> 'id')::integer
            JOIN incident i ON i.item_id = r.id;
    ELSE
        PERFORM FROM old_row o JOIN incident i
            ON i.item_id = (to_jsonb(o) ->> CASE TG_TABLE_NAME WHEN 'responsibility_item' THEN 'id' ELSE 'item_id' END)::integer;
    END IF;
    IF FOUND THEN
        RAISE restrict_violation USING MESSAGE = format(
            '%s: incidents came under this version of the responsibility list, it never changes: import a new version',
            TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION refuse_change_of_list IS 'An incident keeps the version that it came under, so that the version has to stay as it was.';
CREATE TRIGGER list_stays AFTER UPDATE ON responsibility_list REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER item_stays AFTER UPDATE ON responsibility_item REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER party_stays AFTER UPDATE ON responsibility_party REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER duty_stays AFTER UPDATE ON responsibility_duty REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER stage_stays AFTER UPDATE ON responsibility_stage REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER party_is_kept AFTER DELETE ON responsibility_party REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER duty_is_kept AFTER DELETE ON responsibility_duty REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();
CREATE TRIGGER stage_is_kept AFTER DELETE ON responsibility_stage REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_list();

CREATE FUNCTION find_list_id(on_day date) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT id FROM responsibility_list ORDER BY (effective_from <= on_day) DESC,
        CASE WHEN effective_from <= on_day THEN effective_from END DESC NULLS LAST, effective_from LIMIT 1
$$;
COMMENT ON FUNCTION find_list_id IS 'The version of a day; before the first one, the first.';

ALTER TABLE unit_power ADD COLUMN version integer NOT NULL DEFAULT 1;

CREATE FUNCTION unit_has_power(of_unit_id integer, of_item_code text, on_day date) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT EXISTS (
        SELECT FROM unit_power p
        WHERE p.unit_id = of_unit_id AND p.item_code = of_item_code AND on_day >= p.valid_from AND on_day < p.valid_to)
$$;
COMMENT ON FUNCTION unit_has_power IS 'Whether a unit may handle an item on a day of the county, on trial or for good; as has_power in Python.';

CREATE FUNCTION refuse_overlapping_powers() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    twice record;
BEGIN
    SELECT p.item_code, u.code INTO twice
    FROM new_row n
    JOIN unit_power p ON p.unit_id = n.unit_id AND p.item_code = n.item_code AND p.id <> n.id
        AND p.valid_from < n.valid_to AND n.valid_from < p.valid_to
    JOIN unit u ON u.id = p.unit_id
    LIMIT 1;
    IF FOUND THEN
        RAISE exclusion_violation USING MESSAGE = format(
            'unit_power: unit %s has item %s twice at one time: let the earlier one end first', twice.code, twice.item_code);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_power_insert_overlap AFTER INSERT ON unit_power REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_overlapping_powers();
CREATE TRIGGER unit_power_update_overlap AFTER UPDATE ON unit_power REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_overlapping_powers();
