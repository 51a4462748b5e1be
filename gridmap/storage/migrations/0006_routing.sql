-- Who leads: the item's unit type, resolved by jurisdiction, else township, else county.

CREATE TYPE routing AS (
    item_id integer,
    lead_unit_id integer,
    lead_rule text,
    jurisdiction_id integer
);

CREATE FUNCTION route(code_of_item text, point geometry, point_precision text, in_township text, instant timestamptz)
    RETURNS routing LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
DECLARE
    answer routing;
    today CONSTANT date := (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date;
    lead_type text;
BEGIN
    SELECT i.id INTO answer.item_id
    FROM responsibility_item i JOIN responsibility_list l ON l.id = i.list_id
    WHERE i.code = code_of_item AND l.id = (
        SELECT id FROM responsibility_list ORDER BY (effective_from <= today) DESC,
            CASE WHEN effective_from <= today THEN effective_from END DESC NULLS LAST, effective_from LIMIT 1);
    IF answer.item_id IS NULL THEN
        answer.lead_rule := 'item_not_in_list';
        RETURN answer;
    END IF;
    FOR lead_type IN
        SELECT unit_type FROM responsibility_duty WHERE item_id = answer.item_id AND role = 'lead'
        GROUP BY unit_type ORDER BY min(number), unit_type
    LOOP
        -- An imprecise point says nothing about a jurisdiction that is smaller than what it is good for.
        IF point IS NOT NULL AND point_precision IN ('exact', 'building') THEN
            SELECT j.unit_id, j.id INTO answer.lead_unit_id, answer.jurisdiction_id
            FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
            WHERE u.unit_type = lead_type AND today >= j.valid_from AND today < j.valid_to
              -- Not ST_Relate as for the grids: no tie has to be broken here, a jurisdiction has thousands of vertices, and
              -- the short cut for points costs a tenth. It counts the border as inside.
              AND ST_Intersects(j.geom, point)
            ORDER BY j.code COLLATE "C" LIMIT 1;
            IF FOUND THEN
                answer.lead_rule := 'jurisdiction';
                RETURN answer;
            END IF;
        END IF;
        SELECT u.id INTO answer.lead_unit_id FROM unit u
        WHERE u.unit_type = lead_type AND u.level = 'township' AND u.township_code = in_township
        ORDER BY u.code COLLATE "C" LIMIT 1;
        IF FOUND THEN
            answer.lead_rule := 'township';
            RETURN answer;
        END IF;
        SELECT u.id INTO answer.lead_unit_id FROM unit u
        WHERE u.unit_type = lead_type AND u.level = 'county'
        ORDER BY u.code COLLATE "C" LIMIT 1;
        IF FOUND THEN
            answer.lead_rule := 'county';
            RETURN answer;
        END IF;
    END LOOP;
    answer.lead_rule := 'no_unit';
    RETURN answer;
END $$;
