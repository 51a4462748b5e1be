"""Routing in SQL against a brute-force oracle in Python, over small random counties."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from gridmap.storage.database import Connection

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 4, tzinfo=UTC)
BEFORE, AFTER = date(2026, 5, 1), date(2026, 7, 1)
TYPES = ("ta", "tb", "tc", "td")
TOWNSHIPS = ("T1", "T2")
Box = tuple[int, int, int, int]


@dataclass
class Unit:
    code: str
    unit_type: str
    level: str
    township: str
    id: int = 0


@dataclass
class Jurisdiction:
    code: str
    unit: Unit
    box: Box
    valid_from: date
    valid_to: date
    id: int = 0

    def is_valid(self) -> bool:
        return self.valid_from <= DAY < self.valid_to

    def covers(self, x: int, y: int) -> bool:
        west, south, east, north = self.box
        return west <= x <= east and south <= y <= north

    def is_within(self, x: int, y: int) -> bool:
        west, south, east, north = self.box
        return west < x < east and south < y < north


@dataclass
class Item:
    code: str
    level: str
    needs_power: bool
    leads: tuple[str, ...]
    assists: tuple[str, ...]


@dataclass
class County:
    units: list[Unit] = field(default_factory=list)
    jurisdictions: list[Jurisdiction] = field(default_factory=list)
    old_items: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    powers: set[tuple[str, str]] = field(default_factory=set)
    admitted: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Expected:
    lead: str | None
    rule: str
    jurisdiction: str | None
    queue: str | None
    leads: tuple[tuple[str, str | None, str], ...]
    assists: tuple[tuple[str, str | None, str], ...]
    alternatives: frozenset[tuple[str, str]]
    tie_break: bool


@dataclass
class Candidate:
    unit: Unit
    rule: str
    held: Jurisdiction | None
    is_within: bool


def draw_county(rng: random.Random) -> County:
    county = County()
    is_aligned = rng.random() < 0.6
    for number in range(rng.randint(4, 13)):
        level = rng.choice(("county", "township"))
        county.units.append(
            Unit(
                f"U{number}",
                rng.choice(("ta", "ta", "tb", "tb", "tc", "td")),
                level,
                rng.choice(TOWNSHIPS) if level == "township" else "",
            )
        )
    numbers = rng.sample(range(10, 40), 12)
    for number in range(rng.randint(0, 12)):
        west, south = rng.choice((0, 4, 8) if is_aligned else (0, 2, 4, 5)), rng.choice((0, 4))
        box = (west, south, west + 4 * rng.randint(1, 2), south + 4 * rng.randint(1, 2))
        since, until = rng.choice([(date.min, date.max)] * 4 + [(date.min, DAY), (AFTER, date.max), (DAY, AFTER)])
        county.jurisdictions.append(Jurisdiction(f"J{numbers[number]}", rng.choice(county.units), box, since, until))
    county.items = [draw_item(rng, f"I{number}") for number in range(4)]
    county.old_items = [draw_item(rng, code) for code in ("I0", "O1", "O2")]
    for unit in county.units:
        for item in county.items:
            if rng.random() < 0.4:
                county.powers.add((unit.code, item.code))
        if unit.level == "township" and rng.random() < 0.4:
            county.admitted.add((unit.code, rng.choice(("O1", "O2", "I1", "Z"))))
    return county


def draw_item(rng: random.Random, code: str) -> Item:
    types = rng.sample(TYPES, 4)
    leads = rng.randint(1, 2)
    return Item(
        code,
        rng.choice(("county", "township")),
        rng.random() < 0.4,
        tuple(types[:leads]),
        tuple(types[leads : leads + rng.randint(0, 2)]),
    )


def find_expected(
    county: County, item_code: str | None, point: tuple[int, int] | None, precision: str, township: str | None
) -> Expected:
    """Decide by looking at everything, in the words of docs/routing.md."""
    item = next((one for one in county.items if one.code == item_code), None)
    former = next((one for one in county.old_items if one.code == item_code), None) if item is None else None
    ruled = item or former
    if ruled is None:
        offered = {
            (unit.code, "by_hand_only")
            for unit in county.units
            if unit.township and unit.township == township and (unit.code, item_code) in county.admitted
        }
        return Expected(None, "item_not_in_list", None, "item_not_in_list", (), (), frozenset(offered), False)
    place = point if precision in ("exact", "building") else None
    no_power = False
    resolved: list[tuple[str, str, Candidate | None, bool]] = []  # type, how, candidate, whether the tie was broken
    alternatives: list[tuple[str, str]] = []
    for unit_type in ruled.leads:
        how, taken, tie, rejected = resolve(
            county, ruled, unit_type, place, township, leads=True, listed=item is not None
        )
        no_power = no_power or any(reason == "no_power" for _, reason in rejected)
        alternatives += rejected
        resolved.append((unit_type, how, taken, tie))
    assists = []
    for unit_type in ruled.assists:
        how, taken, _, _ = resolve(county, ruled, unit_type, place, township, leads=False, listed=item is not None)
        assists.append(describe(unit_type, how, taken))
    usable = [one for one in resolved if one[2] is not None]
    first = next((one for one in usable if one[2] and one[2].unit.level == ruled.level), usable[0] if usable else None)
    if item is None:
        queue, offered = "item_not_in_list", set()
        best = first[2] if first is not None and first[1] != "overlapping_jurisdictions" else None
        if best is not None:
            if best.unit.level == "township" and (best.unit.code, item_code) not in county.admitted:
                queue = "not_admitted"
            offered.add((best.unit.code, queue))
        for unit in county.units:
            is_here = unit.level == "township" and unit.township == township
            if is_here and (unit.code, item_code) in county.admitted:
                # The unit that the former list would have named is listed once, with that.
                offered |= set() if first and first[2] and first[2].unit is unit else {(unit.code, "by_hand_only")}
        return Expected(None, queue, None, queue, (), (), frozenset(offered), False)
    described = [describe(unit_type, how, taken) for unit_type, how, taken, _ in resolved]
    if first is None:
        queue = "no_power" if no_power else "no_unit"
    elif first[1] == "overlapping_jurisdictions":
        queue = first[1]
    else:
        taken = first[2]
        assert taken is not None
        described.insert(0, described.pop(resolved.index(first)))
        held = taken.held.code if taken.held else None
        return Expected(
            taken.unit.code,
            taken.rule,
            held,
            None,
            tuple(described),
            tuple(assists),
            frozenset(alternatives),
            first[3],
        )
    return Expected(None, queue, None, queue, tuple(described), tuple(assists), frozenset(alternatives), False)


def describe(unit_type: str, how: str, taken: Candidate | None) -> tuple[str, str | None, str]:
    if taken is None or how == "overlapping_jurisdictions":
        return (unit_type, None, how)
    return (unit_type, taken.unit.code, how)


def resolve(
    county: County,
    item: Item,
    unit_type: str,
    place: tuple[int, int] | None,
    township: str | None,
    *,
    leads: bool,
    listed: bool,
) -> tuple[str, Candidate | None, bool, list[tuple[str, str]]]:
    """Resolve one unit type: how, whom, whether by a tie-break, and who else was looked at with what spoke against."""
    units = [unit for unit in county.units if unit.unit_type == unit_type]
    here = {unit.code: find_held(county, unit, place) for unit in units}
    works = {one.unit.code for one in county.jurisdictions if one.is_valid()}
    groups: list[list[Candidate]] = []
    levels = [item.level, "township" if item.level == "county" else "county"] if leads else [None]
    for level in levels:
        of_level = [unit for unit in units if level in (None, unit.level)]
        held = [Candidate(unit, "jurisdiction", *here[unit.code]) for unit in of_level if here[unit.code][0]]
        groups.append(sorted(held, key=lambda one: (not one.is_within, one.held.code if one.held else "")))
        rest = [unit for unit in of_level if not here[unit.code][0]]
        in_town = [unit for unit in rest if unit.level == "township" and unit.township == township]
        in_county = [unit for unit in rest if unit.level == "county"]
        for rule, group in (("township", in_town), ("county", in_county)):
            groups.append([Candidate(unit, rule, None, False) for unit in sorted(group, key=lambda one: one.code)])
    taken: Candidate | None = None
    taken_group = -1
    rejected: list[tuple[str, str]] = []
    overlap = tie = False
    for number, group in enumerate(groups):
        away = {one.unit.code for one in group if one.held is None and one.unit.code in works and len(group) > 1}
        for one in [*(c for c in group if c.unit.code not in away), *(c for c in group if c.unit.code in away)]:
            if leads and listed and item.needs_power and (one.unit.code, item.code) not in county.powers:
                rejected.append((one.unit.code, "no_power"))
            elif one.unit.code in away and (taken is None or not leads or one.unit.level == taken.unit.level):
                rejected.append((one.unit.code, "outside_jurisdiction"))
            elif taken is None:
                taken, taken_group = one, number
            elif leads and one.unit.level != taken.unit.level:
                rejected.append((one.unit.code, "other_level"))
            elif number != taken_group:
                rejected.append((one.unit.code, "later_rule"))
            elif one.held is None:
                rejected.append((one.unit.code, "later_code"))
            elif one.is_within:
                rejected += [] if overlap else [(taken.unit.code, "overlapping_jurisdictions")]
                rejected.append((one.unit.code, "overlapping_jurisdictions"))
                overlap = True
            elif taken.is_within:
                rejected.append((one.unit.code, "on_border"))
            else:
                rejected.append((one.unit.code, "tie_break"))
                tie = True
    how = "no_unit" if taken is None else "overlapping_jurisdictions" if overlap else taken.rule
    return how, taken, tie, rejected


def find_held(county: County, unit: Unit, place: tuple[int, int] | None) -> tuple[Jurisdiction | None, bool]:
    """Find the unit's jurisdiction at the place: one that holds it within first, then the lowest code."""
    if place is None:
        return None, False
    found = [one for one in county.jurisdictions if one.unit is unit and one.is_valid() and one.covers(*place)]
    found.sort(key=lambda one: (not one.is_within(*place), one.code))
    return (found[0], found[0].is_within(*place)) if found else (None, False)


def store_county(connection: Connection, county: County) -> None:
    for slot, unit in enumerate(county.units):
        row = connection.execute(
            """
            INSERT INTO unit (code, name, short_name, letter, unit_type, level, township_code, colour_slot)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            [unit.code, unit.code, unit.code, unit.code, unit.unit_type, unit.level, unit.township, slot],
        ).fetchone()
        assert row
        unit.id = row[0]
    for one in county.jurisdictions:
        row = connection.execute(
            """
            INSERT INTO jurisdiction (code, name, kind, unit_id, valid_from, valid_to, geom)
            VALUES (%s, %s, 'x', %s, %s, %s, public.ST_Multi(public.ST_MakeEnvelope(%s, %s, %s, %s, 4490))) RETURNING id
            """,
            [
                one.code,
                one.code,
                one.unit.id,
                "-infinity" if one.valid_from == date.min else one.valid_from,
                "infinity" if one.valid_to == date.max else one.valid_to,
                *one.box,
            ],
        ).fetchone()
        assert row
        one.id = row[0]
    for name, since, items in (("old", date(2026, 1, 1), county.old_items), ("new", BEFORE, county.items)):
        row = connection.execute(
            "INSERT INTO responsibility_list (name, effective_from) VALUES (%s, %s) RETURNING id", [name, since]
        ).fetchone()
        assert row
        for item in items:
            store_item(connection, row[0], item)
    for unit_code, item_code in county.powers:
        connection.execute(
            """
            INSERT INTO unit_power (unit_id, item_code, valid_from, valid_to)
            SELECT id, %s, %s, %s FROM unit WHERE code = %s
            """,
            [item_code, DAY, AFTER, unit_code],
        )
    requester = county.units[0].id
    for unit_code, item_code in county.admitted:
        connection.execute(
            """
            INSERT INTO admission (item_code, unit_id, requested_at, requested_by_unit_id, reason, status, decided_at)
            SELECT %s, id, %s, %s, 'x', 'approved', %s FROM unit WHERE code = %s
            """,
            [item_code, AT, requester, AT, unit_code],
        )


def store_item(connection: Connection, list_id: int, item: Item) -> None:
    row = connection.execute(
        """
        INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit, needs_power)
        VALUES (%s, %s, 'c', 'n', %s, 3, 'working_day', %s) RETURNING id
        """,
        [list_id, item.code, item.level, item.needs_power],
    ).fetchone()
    assert row
    for role, types in (("lead", item.leads), ("assist", item.assists)):
        for position, unit_type in enumerate(types, start=1):
            connection.execute(
                "INSERT INTO responsibility_party (item_id, role, unit_type, position) VALUES (%s, %s, %s, %s)",
                [row[0], role, unit_type, position],
            )


def ask(
    connection: Connection, item: str | None, point: tuple[float, float] | None, precision: str, township: str | None
) -> dict[str, Any]:
    lon, lat = point or (None, None)
    row = connection.execute(
        """
        SELECT r.item_id, r.lead_unit_id, r.lead_rule, r.jurisdiction_id, r.queue, r.why
        FROM route(%s, ST_SetSRID(ST_MakePoint(%s, %s), 4490), %s, %s, %s) r
        """,
        [item, lon, lat, precision, township, AT],
    ).fetchone()
    assert row
    return dict(zip(("item_id", "lead_unit_id", "lead_rule", "jurisdiction_id", "queue", "why"), row, strict=True))


def read_answer(county: County, answer: dict[str, Any]) -> Expected:
    units = {unit.id: unit.code for unit in county.units}
    held = {one.id: one.code for one in county.jurisdictions}
    why = answer["why"]
    assert why["queue"] == answer["queue"]
    assert why["rule"] == answer["lead_rule"]
    assert why["jurisdiction_id"] == answer["jurisdiction_id"]
    assert why["jurisdiction_code"] == held.get(answer["jurisdiction_id"])
    if answer["lead_unit_id"] is not None:
        first = why["leads"][0]
        assert (first["unit_id"], first["jurisdiction_id"]) == (answer["lead_unit_id"], answer["jurisdiction_id"])
    rejected = [(units[one["unit_id"]], one["rejected"]) for one in why["alternatives"]]
    assert len(rejected) == len(set(rejected)), "an alternative is named once"
    return Expected(
        units.get(answer["lead_unit_id"]),
        answer["lead_rule"],
        held.get(answer["jurisdiction_id"]),
        answer["queue"],
        tuple((one["unit_type"], units.get(one["unit_id"]), one["rule"]) for one in why["leads"]),
        tuple((one["unit_type"], units.get(one["unit_id"]), one["rule"]) for one in why["assists"]),
        frozenset(rejected),
        why["tie_break"],
    )


def test_sql_agrees_with_brute_force_in_every_case(connection: Connection) -> None:
    rng = random.Random(4)
    queues: Counter[str | None] = Counter()
    rules: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    ties = 0
    for _ in range(80):
        connection.execute("SAVEPOINT county")
        county = draw_county(rng)
        store_county(connection, county)
        for _ in range(30):
            item = rng.choice(("I0", "I1", "I2", "I3", "O1", "O2", "Z", None))
            point = rng.choice([None, *[(rng.randint(0, 12), rng.randint(0, 12))] * 9])
            precision = rng.choice(("exact", "building", "exact", "building", "street", "village"))
            township = rng.choice((*TOWNSHIPS, None))
            answer = read_answer(county, ask(connection, item, point, precision, township))
            expected = find_expected(county, item, point, precision, township)
            assert answer == expected, json.dumps([item, point, precision, township])
            queues[answer.queue] += 1
            rules[answer.rule] += 1
            reasons.update(reason for _, reason in answer.alternatives)
            ties += answer.tie_break
        connection.execute("ROLLBACK TO county")
    # The draw reaches every queue, rule and reason, else the comparison would say little.
    assert set(queues) == {
        None,
        "item_not_in_list",
        "no_unit",
        "overlapping_jurisdictions",
        "no_power",
        "not_admitted",
    }
    assert {"jurisdiction", "township", "county"} < set(rules)
    assert set(reasons) == {
        "no_power",
        "outside_jurisdiction",
        "other_level",
        "later_rule",
        "later_code",
        "overlapping_jurisdictions",
        "on_border",
        "tie_break",
        "not_admitted",
        "item_not_in_list",
        "by_hand_only",
    }
    assert ties > 0
