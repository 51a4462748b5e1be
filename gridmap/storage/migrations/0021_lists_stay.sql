-- A version of the responsibility list under which an incident came stays as it is, as a whole and by every door.

-- So that it is known at once whether anybody came under a version: by its items, or off it.
CREATE INDEX incident_item ON incident (item_id);
CREATE INDEX incident_off_list ON incident ((routing ->> 'list_id')) WHERE item_id IS NULL;

CREATE FUNCTION is_list_used(of_list_id integer) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = gridmap, public
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM responsibility_item r WHERE r.list_id = of_list_id
                   AND EXISTS (SELECT FROM incident i WHERE i.item_id = r.id))
        OR EXISTS (SELECT FROM incident i WHERE i.item_id IS NULL AND i.routing ->> 'list_id' = of_list_id::text);
END $$;
COMMENT ON FUNCTION is_list_used IS 'Whether an incident came under this version of the list, also one whose item it does not have.';

CREATE FUNCTION refuse_list_change(of_lists integer[], what text) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = gridmap, public
AS $$
DECLARE
    used text;
BEGIN
    IF current_setting('gridmap.dry_run', true) = 'on' THEN
        RETURN;
    END IF;
    SELECT string_agg(l.name, ', ' ORDER BY l.name) INTO used
    FROM responsibility_list l WHERE l.id = ANY (of_lists) AND is_list_used(l.id);
    IF used IS NOT NULL THEN
        RAISE restrict_violation USING MESSAGE = format(
            '%s: incidents came under version %s of the responsibility list, so no part of it ever changes: store a new version with '
            'gridmap import items FILE --name N --effective-from DAY', what, used);
    END IF;
END $$;

DROP TRIGGER list_stays ON responsibility_list;
DROP TRIGGER item_stays ON responsibility_item;
DROP TRIGGER party_stays ON responsibility_party;
DROP TRIGGER duty_stays ON responsibility_duty;
DROP TRIGGER stage_stays ON responsibility_stage;
DROP TRIGGER party_is_kept ON responsibility_party;
DROP TRIGGER duty_is_kept ON responsibility_duty;
DROP TRIGGER stage_is_kept ON responsibility_stage;
DROP FUNCTION refuse_change_of_list();

-- In all of them depth above 1 is what follows from a change that was asked about itself: the cascade of a list or an item, the party
-- that a duty brings.

CREATE FUNCTION refuse_change_of_list() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        PERFORM refuse_list_change(ARRAY[OLD.id], TG_TABLE_NAME);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER list_stays BEFORE UPDATE OR DELETE ON responsibility_list FOR EACH ROW EXECUTE FUNCTION refuse_change_of_list();

CREATE FUNCTION refuse_change_of_item() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM refuse_list_change(ARRAY(SELECT DISTINCT n.list_id FROM new_row n), TG_TABLE_NAME);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM refuse_list_change(ARRAY(SELECT DISTINCT o.list_id FROM old_row o), TG_TABLE_NAME);
    ELSE
        PERFORM refuse_list_change(
            ARRAY(SELECT n.list_id FROM new_row n UNION SELECT o.list_id FROM old_row o), TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
-- What incidents came under is not deleted anyway: their own key refuses.
CREATE TRIGGER item_stays_alone AFTER INSERT ON responsibility_item REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_item();
CREATE TRIGGER item_stays AFTER UPDATE ON responsibility_item REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_item();
CREATE TRIGGER item_is_kept AFTER DELETE ON responsibility_item REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_item();

CREATE FUNCTION refuse_change_of_part() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
DECLARE
    items integer[];
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        items := ARRAY(SELECT DISTINCT n.item_id FROM new_row n);
    ELSIF TG_OP = 'DELETE' THEN
        items := ARRAY(SELECT DISTINCT o.item_id FROM old_row o);
    ELSE
        items := ARRAY(SELECT n.item_id FROM new_row n UNION SELECT o.item_id FROM old_row o);
    END IF;
    PERFORM refuse_list_change(
        ARRAY(SELECT DISTINCT r.list_id FROM responsibility_item r WHERE r.id = ANY (items)), TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_truncate_of_lists() RETURNS trigger LANGUAGE plpgsql
    SET search_path = gridmap, public
AS $$
BEGIN
    PERFORM refuse_list_change(ARRAY(SELECT l.id FROM responsibility_list l), TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER list_is_not_emptied BEFORE TRUNCATE ON responsibility_list EXECUTE FUNCTION refuse_truncate_of_lists();
CREATE TRIGGER item_is_not_emptied BEFORE TRUNCATE ON responsibility_item EXECUTE FUNCTION refuse_truncate_of_lists();

CREATE TRIGGER party_stays_alone AFTER INSERT ON responsibility_party REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER party_stays AFTER UPDATE ON responsibility_party REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER party_is_kept AFTER DELETE ON responsibility_party REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER party_is_not_emptied BEFORE TRUNCATE ON responsibility_party EXECUTE FUNCTION refuse_truncate_of_lists();

CREATE TRIGGER duty_stays_alone AFTER INSERT ON responsibility_duty REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER duty_stays AFTER UPDATE ON responsibility_duty REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER duty_is_kept AFTER DELETE ON responsibility_duty REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER duty_is_not_emptied BEFORE TRUNCATE ON responsibility_duty EXECUTE FUNCTION refuse_truncate_of_lists();

CREATE TRIGGER stage_stays_alone AFTER INSERT ON responsibility_stage REFERENCING NEW TABLE AS new_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER stage_stays AFTER UPDATE ON responsibility_stage REFERENCING NEW TABLE AS new_row OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER stage_is_kept AFTER DELETE ON responsibility_stage REFERENCING OLD TABLE AS old_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_part();
CREATE TRIGGER stage_is_not_emptied BEFORE TRUNCATE ON responsibility_stage EXECUTE FUNCTION refuse_truncate_of_lists();
