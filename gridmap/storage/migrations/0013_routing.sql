-- Why this unit: routing to leads and assistants that keeps its reasons, and to named queues where no unit may lead.

CREATE FUNCTION is_admitted(of_unit_id integer, of_item_code text, on_day date) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
AS $$
    SELECT EXISTS (
        SELECT FROM admission a
        WHERE a.unit_id = of_unit_id AND a.item_code = of_item_code AND a.status = 'approved' AND on_day < a.valid_to
          AND on_day >= (a.decided_at AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date)
$$;
COMMENT ON FUNCTION is_admitted IS 'Whether a unit may be given, on this day, an item that the list does not give it (职责准入).';

CREATE INDEX jurisdiction_unit ON jurisdiction (unit_id);

ALTER TABLE admission
    ADD CONSTRAINT admission_people_differ CHECK (
        requested_by <> first_reviewed_by AND requested_by <> second_reviewed_by AND requested_by <> decided_by
        AND first_reviewed_by <> second_reviewed_by AND first_reviewed_by <> decided_by
        AND second_reviewed_by <> decided_by),
    ADD CONSTRAINT admission_decided CHECK ((status IN ('approved', 'refused')) = (decided_at IS NOT NULL));
COMMENT ON COLUMN admission.valid_to IS 'Approved from the day of the decision up to, not including, this day.';

CREATE OR REPLACE FUNCTION route(code_of_item text, point geometry, point_precision text, in_township text,
                                 instant timestamptz)
    RETURNS routing LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = gridmap, public
    -- Plans for these very values cost more time than they save.
    SET plan_cache_mode = force_generic_plan
AS $$
-- Static statements with few nodes, whose plans stay cached: one statement for all types at once took twice as long. CPU of a
-- call over reports of the demonstration: 156 us; 80 us when it kept no reasons and asked for no assistants.
-- docs/routing.md says the rules in words.
DECLARE
    answer routing;
    today CONSTANT date := (instant AT TIME ZONE (SELECT value FROM setting WHERE name = 'timezone'))::date;
    item record;
    is_listed boolean;
    types text[];
    roles text[];
    held_units integer[];
    held_ids integer[];
    held_codes text[];
    held_types text[];
    held_within integer;     -- so many of them, the first, hold the point within; the others are touched by it
    is_shared boolean;
    only_count bigint;
    only_id integer;
    only_level text;
    place integer;
    type_now text;
    is_lead boolean;
    one record;
    taken_id integer;        -- the unit that its type resolves to
    taken_level text;
    taken_place integer;     -- its place in held_units
    taken_other boolean;
    has_taken boolean := false;
    is_overlap boolean := false;
    is_tie boolean := false;
    reason text;
    entry jsonb;
    leads jsonb[] := '{}';
    assists jsonb[] := '{}';
    alternatives jsonb[] := '{}';
    best integer := 0;       -- which entry of leads leads
    best_matches boolean := false;
    best_overlap boolean := false;
    best_tie boolean := false;
    best_unit integer;
    best_level text;
    best_rule text;
    best_jurisdiction integer;
    best_jurisdiction_code text;
    lacks_power boolean := false;
    power jsonb;
BEGIN
    SELECT l.id AS list_id, l.name AS list_name, l.effective_from, i.id, i.level, i.needs_power INTO item
    FROM responsibility_list l LEFT JOIN responsibility_item i ON i.list_id = l.id AND i.code = code_of_item
    ORDER BY (l.effective_from <= today) DESC, CASE WHEN l.effective_from <= today THEN l.effective_from END DESC NULLS LAST,
             l.effective_from LIMIT 1;
    is_listed := item.id IS NOT NULL;
    IF is_listed THEN
        answer.item_id := item.id;
    ELSE
        -- Off the list now. Who led it in the last version that had it tells whether a township would get it unasked.
        SELECT item.list_id AS list_id, item.list_name AS list_name, item.effective_from AS effective_from,
               i.id, i.level, false AS needs_power INTO item
        FROM (SELECT) nothing
        LEFT JOIN LATERAL (
            SELECT r.id, r.level FROM responsibility_item r JOIN responsibility_list f ON f.id = r.list_id
            WHERE r.code = code_of_item AND f.effective_from <= today ORDER BY f.effective_from DESC LIMIT 1) i ON true;
    END IF;

    IF item.id IS NOT NULL THEN
        SELECT array_agg(p.unit_type ORDER BY p.role DESC, p.position), array_agg(p.role ORDER BY p.role DESC, p.position)
        INTO types, roles FROM responsibility_party p WHERE p.item_id = item.id;
        IF types IS NULL THEN
            -- Nobody wrote the order of its parties: that of their duties.
            SELECT array_agg(d.unit_type ORDER BY d.role DESC, d.number, d.unit_type),
                   array_agg(d.role ORDER BY d.role DESC, d.number, d.unit_type)
            INTO types, roles
            FROM (SELECT unit_type, role, min(number) AS number FROM responsibility_duty
                  WHERE item_id = item.id GROUP BY unit_type, role) d;
        END IF;
        -- An imprecise point says nothing about a jurisdiction that is smaller than what it is good for.
        IF point IS NOT NULL AND point_precision IN ('exact', 'building') THEN
            SELECT array_agg(j.unit_id), array_agg(j.id), array_agg(j.code), array_agg(u.unit_type),
                   count(*) > count(DISTINCT u.unit_type)
            INTO held_units, held_ids, held_codes, held_types, is_shared
            FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
            WHERE u.unit_type = ANY (types) AND today >= j.valid_from AND today < j.valid_to
              -- Not ST_Relate as for the grids: the short cut for points costs a tenth. It counts the border as inside.
              AND ST_Intersects(j.geom, point);
            IF is_shared THEN
                -- Two jurisdictions of one type: only now it matters which holds the point within, and which on its border.
                SELECT array_agg(h.unit_id), array_agg(h.id), array_agg(h.code), array_agg(h.unit_type),
                       count(*) FILTER (WHERE h.is_within)
                INTO held_units, held_ids, held_codes, held_types, held_within
                FROM (SELECT * FROM (
                          SELECT DISTINCT ON (j.unit_id) j.unit_id, j.id, j.code, u.unit_type,
                                 ST_Contains(j.geom, point) AS is_within
                          FROM jurisdiction j JOIN unit u ON u.id = j.unit_id
                          WHERE j.unit_id = ANY (held_units) AND today >= j.valid_from AND today < j.valid_to
                            AND ST_Intersects(j.geom, point)
                          ORDER BY j.unit_id, ST_Contains(j.geom, point) DESC, j.code COLLATE "C") one_each
                      ORDER BY is_within DESC, code COLLATE "C") h;
            END IF;
        END IF;

        FOR number IN 1..cardinality(types) LOOP
            type_now := types[number];
            is_lead := roles[number] = 'lead';
            place := array_position(held_types, type_now);
            IF NOT is_lead AND place IS NOT NULL AND array_position(held_types, type_now, place + 1) IS NULL THEN
                -- An assistant whose jurisdiction is certain: of assistants no alternatives are kept.
                assists := assists || jsonb_build_object('unit_type', type_now, 'unit_id', held_units[place],
                    'rule', 'jurisdiction', 'jurisdiction_id', held_ids[place]);
                CONTINUE;
            END IF;
            has_taken := false;
            is_overlap := false;
            is_tie := false;
            SELECT count(*), min(u.id), min(u.level) INTO only_count, only_id, only_level FROM unit u
            WHERE u.unit_type = type_now
              AND (u.level = 'county' OR u.township_code = in_township OR u.id = ANY (held_units));
            IF only_count = 1 AND NOT (is_lead AND item.needs_power) THEN
                has_taken := true;
                taken_id := only_id;
                taken_level := only_level;
                taken_place := array_position(held_units, taken_id);
                taken_other := is_lead AND taken_level <> item.level;
            ELSIF only_count > 0 THEN
                FOR one IN
                    SELECT u.id, u.level, is_lead AND u.level <> item.level AS is_other_level,
                           array_position(held_units, u.id) AS place,
                           -- A unit with jurisdictions acts in them. It stands in elsewhere only where it is the only one.
                           array_position(held_units, u.id) IS NULL
                           AND EXISTS (SELECT FROM jurisdiction j WHERE j.unit_id = u.id
                                       AND today >= j.valid_from AND today < j.valid_to)
                           AND EXISTS (SELECT FROM unit o WHERE o.unit_type = type_now AND o.id <> u.id AND o.level = u.level
                                       AND (o.level = 'county' OR o.township_code = in_township)
                                       AND array_position(held_units, o.id) IS NULL) AS is_outside
                    FROM unit u
                    WHERE u.unit_type = type_now
                      AND (u.level = 'county' OR u.township_code = in_township OR u.id = ANY (held_units))
                    -- Jurisdictions in their order, then the township's unit, then the county's.
                    ORDER BY 3, 4 NULLS LAST, u.level DESC, 5, u.code COLLATE "C"
                LOOP
                    IF is_lead AND item.needs_power AND NOT unit_has_power(one.id, code_of_item, today) THEN
                        reason := 'no_power';
                        lacks_power := true;
                    ELSIF NOT has_taken AND one.is_outside THEN
                        reason := 'outside_jurisdiction';
                    ELSIF NOT has_taken THEN
                        has_taken := true;
                        taken_id := one.id;
                        taken_level := one.level;
                        taken_place := one.place;
                        taken_other := one.is_other_level;
                        CONTINUE;
                    ELSIF one.is_other_level <> taken_other THEN
                        reason := 'other_level';
                    ELSIF one.place IS NULL THEN
                        reason := CASE WHEN one.is_outside THEN 'outside_jurisdiction'
                                       WHEN taken_place IS NULL AND one.level = taken_level THEN 'later_code'
                                       ELSE 'later_rule' END;
                    ELSIF one.place <= held_within THEN
                        reason := 'overlapping_jurisdictions';
                        IF is_lead AND NOT is_overlap THEN
                            alternatives := alternatives || jsonb_build_object('unit_type', type_now, 'unit_id', taken_id,
                                'rule', 'jurisdiction', 'jurisdiction_id', held_ids[taken_place], 'rejected', reason);
                        END IF;
                        is_overlap := true;
                    ELSIF taken_place <= held_within THEN
                        reason := 'on_border';
                    ELSE
                        reason := 'tie_break';
                        is_tie := true;
                    END IF;
                    IF is_lead THEN
                        alternatives := alternatives || jsonb_build_object('unit_type', type_now, 'unit_id', one.id,
                            'rule', CASE WHEN one.place IS NULL THEN one.level ELSE 'jurisdiction' END,
                            'jurisdiction_id', held_ids[one.place], 'rejected', reason);
                    END IF;
                END LOOP;
            END IF;
            IF NOT has_taken THEN
                entry := jsonb_build_object('unit_type', type_now, 'unit_id', NULL, 'rule', 'no_unit', 'jurisdiction_id', NULL);
            ELSIF is_overlap THEN
                entry := jsonb_build_object('unit_type', type_now, 'unit_id', NULL, 'rule', 'overlapping_jurisdictions',
                    'jurisdiction_id', NULL);
            ELSE
                entry := jsonb_build_object('unit_type', type_now, 'unit_id', taken_id,
                    'rule', CASE WHEN taken_place IS NULL THEN taken_level ELSE 'jurisdiction' END,
                    'jurisdiction_id', held_ids[taken_place]);
            END IF;
            IF NOT is_lead THEN
                assists := assists || entry;
                CONTINUE;
            END IF;
            leads := leads || entry;
            CONTINUE WHEN NOT has_taken;
            -- The first type leads, but one that resolves at the level of the item comes before others.
            IF best = 0 OR (NOT best_matches AND NOT taken_other) THEN
                best := cardinality(leads);
                best_matches := NOT taken_other;
                best_overlap := is_overlap;
                best_tie := is_tie;
                best_unit := taken_id;
                best_level := taken_level;
                best_rule := CASE WHEN taken_place IS NULL THEN taken_level ELSE 'jurisdiction' END;
                best_jurisdiction := held_ids[taken_place];
                best_jurisdiction_code := held_codes[taken_place];
            END IF;
        END LOOP;
    END IF;

    IF NOT is_listed THEN
        answer.queue := 'item_not_in_list';
        IF best > 0 AND NOT best_overlap AND best_level = 'township' AND NOT is_admitted(best_unit, code_of_item, today) THEN
            answer.queue := 'not_admitted';
        END IF;
        alternatives := '{}';
        IF best > 0 AND NOT best_overlap THEN
            alternatives := ARRAY[jsonb_build_object('unit_type', leads[best] ->> 'unit_type', 'unit_id', best_unit,
                'rule', best_rule, 'jurisdiction_id', best_jurisdiction, 'rejected', answer.queue)];
        END IF;
        -- A township that was admitted is offered to the command centre; it is never given the matter by the rules.
        alternatives := alternatives || ARRAY(
            SELECT jsonb_build_object('unit_type', u.unit_type, 'unit_id', u.id, 'rule', 'township',
                                      'jurisdiction_id', NULL, 'rejected', 'by_hand_only')
            FROM unit u WHERE u.level = 'township' AND u.township_code = in_township
              AND u.id IS DISTINCT FROM best_unit AND is_admitted(u.id, code_of_item, today)
            ORDER BY u.code COLLATE "C");
        leads := '{}';
        assists := '{}';
    ELSIF best = 0 THEN
        answer.queue := CASE WHEN lacks_power THEN 'no_power' ELSE 'no_unit' END;
    ELSIF best_overlap THEN
        answer.queue := 'overlapping_jurisdictions';
    ELSE
        answer.lead_unit_id := best_unit;
        answer.lead_rule := best_rule;
        answer.jurisdiction_id := best_jurisdiction;
        IF best > 1 THEN
            leads := leads[best:best] || leads[1:best - 1] || leads[best + 1:];
        END IF;
        IF item.needs_power THEN
            SELECT jsonb_build_object('id', p.id, 'valid_from', p.valid_from, 'valid_to', p.valid_to,
                                      'is_trial', p.is_trial, 'source', p.source) INTO power
            FROM unit_power p WHERE p.unit_id = best_unit AND p.item_code = code_of_item
              AND today >= p.valid_from AND today < p.valid_to ORDER BY p.valid_from LIMIT 1;
        END IF;
    END IF;
    IF answer.queue IS NOT NULL THEN
        answer.lead_rule := answer.queue;
        best_jurisdiction_code := NULL;
        best_tie := false;
    END IF;
    answer.why := jsonb_build_object(
        'list_id', item.list_id, 'list_name', item.list_name, 'effective_from', item.effective_from,
        'item_code', code_of_item, 'day', today, 'township', in_township, 'precision', point_precision,
        'level', item.level, 'rule', answer.lead_rule, 'tie_break', best_tie, 'jurisdiction_id', answer.jurisdiction_id,
        'jurisdiction_code', best_jurisdiction_code, 'leads', to_jsonb(leads), 'assists', to_jsonb(assists),
        'alternatives', to_jsonb(alternatives), 'queue', answer.queue, 'power', power);
    RETURN answer;
END $$;
COMMENT ON FUNCTION route IS 'item x place x time -> the unit that leads, or the queue where it waits, and why: all leads, assistants, alternatives.';
