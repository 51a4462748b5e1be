"""Measures of twelve incidents, moved through the real transitions at fixed instants; every number is counted by hand.

Limits: A02 three working days (the enforcement bureau leads), A04 four working hours (the water company), A05 one
working day (the township leads); dispatch one working day; working days are whole days. In September
2026 the 25th (Friday) to the 27th are the Mid-Autumn holiday, and Sunday the 20th is worked. Hours are the county's.

    1  A02 village 1  Mon 21 9:00  accepted 9:30, dispatched 10:00, resolved Mon 16:00, called back satisfied Tue 10:00
    2  A02 village 1  Mon 21 9:00  accepted 9:30, dispatched Tue 10:00 (late), resolved Wed 9:00, unsatisfied call-back
                                   Wed 12:00 reopens it; then it stays open
    3  A02 village 2  Mon 21 9:00  dispatched 10:00, returned 12:00, dispatched to the police 14:00, open
    4  A02 village 3  Mon 21 9:00  dispatched 10:00, paused Tue 9:00 to Wed 9:00, open
    5  A04 village 1  Wed 23 22:00 dispatched 23:00, resolved Mon 28 3:00
    6  A05 village 4  Mon 21 9:00  dispatched 10:00, resolved Tue 9:30 (late by half an hour)
    7  A02 village 1  Mon 21 9:00  rejected 10:00
    8  A02 village 1  Mon 21 9:00  accepted, merged into 1 at 11:00
    9  A02 township 1 Mon 21 9:00  a point good for the township only; dispatched 10:00, open
    10 A02 village 1  Tue 22 9:00  at the place of 1, which was closed the day before; reported only
    11 A02 village 2  Thu 24 9:00  accepted only
    12 A02 nowhere    Thu 24 9:00  no point, dispatched 10:00, open
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.measures import AREA_DIMENSIONS, Dimension, MeasureId
from gridmap.errors import InputError, NotFoundError
from gridmap.services.measures import MeasureQuestion, MeasureRow, MeasureTable, measure
from gridmap.services.proceedings.call_back import call_back
from gridmap.services.transitions import carry_out
from gridmap.storage.database import Database
from tests.county import TOWNSHIPS, VILLAGES, insert_small_county
from tests.staff import insert_staff

MORE_STAFF = (
    ("op-2", "operator", None, ""),
    ("pol-lead", "unit_lead", "U-POL", ""),
    ("ps-1", "handler", "U-PS1", ""),
    ("wat-1", "handler", "U-WAT", ""),
    ("t2-1", "handler", "U-T02", ""),
)
M = MeasureId
A = Action


def at(day: int, hour: float) -> datetime:
    """An hour of a day of September 2026 in the county."""
    return datetime(2026, 9, day, tzinfo=UTC) + timedelta(hours=hour - 8)


END = at(28, 9)
PLACES = {VILLAGES[0]: 118.805, VILLAGES[1]: 118.815, VILLAGES[2]: 118.825, VILLAGES[3]: 118.835}
# number: item, longitude, precision, reported at
REPORTS: dict[int, tuple[str, float | None, str, datetime]] = {
    1: ("A02", 118.805, "exact", at(21, 9)),
    2: ("A02", 118.808, "exact", at(21, 9)),
    3: ("A02", 118.815, "exact", at(21, 9)),
    4: ("A02", 118.825, "exact", at(21, 9)),
    5: ("A04", 118.805, "exact", at(23, 22)),
    6: ("A05", 118.835, "exact", at(21, 9)),
    7: ("A02", 118.802, "exact", at(21, 9)),
    8: ("A02", 118.803, "exact", at(21, 9)),
    9: ("A02", 118.805, "township", at(21, 9)),
    10: ("A02", 118.8051, "exact", at(22, 9)),
    11: ("A02", 118.815, "exact", at(24, 9)),
    12: ("A02", None, "exact", at(24, 9)),
}
Step = tuple[datetime, int, Action, str, dict[str, Any]]


def dispatched(number: int, when: datetime) -> list[Step]:
    return [(when, number, A.ACCEPT, "op", {}), (when, number, A.DISPATCH, "di", {})]


def started(number: int, who: str, when: datetime) -> list[Step]:
    return [(when, number, A.ACKNOWLEDGE, who, {}), (when, number, A.START, who, {})]


def resolved(number: int, who: str, when: datetime) -> list[Step]:
    return [(when, number, A.RESOLVE, who, {"evidence": ("photo",)})]


STEPS: list[Step] = sorted(
    [
        *dispatched(1, at(21, 10)), *started(1, "enf-1", at(21, 11)), *resolved(1, "enf-1", at(21, 16)),
        (at(21, 17), 1, A.VERIFY, "ve", {}), (at(22, 10), 1, A.CALL_BACK, "op-2", {"satisfied": True}),
        *dispatched(2, at(22, 10)), *started(2, "enf-1", at(22, 11)), *resolved(2, "enf-1", at(23, 9)),
        (at(23, 10), 2, A.VERIFY, "ve", {}), (at(23, 12), 2, A.REOPEN, "op-2", {"reason": "unsatisfied"}),
        *dispatched(3, at(21, 10)), (at(21, 12), 3, A.RETURN, "enf-1", {"reason": "not ours"}),
        (at(21, 14), 3, A.DISPATCH, "di", {"unit_code": "U-POL"}),
        *dispatched(4, at(21, 10)), *started(4, "enf-1", at(21, 11)),
        (at(22, 9), 4, A.PAUSE, "su", {"reason": "waits"}),
        (at(23, 9), 4, A.RESUME, "enf-1", {}),
        *dispatched(5, at(23, 23)), *started(5, "wat-1", at(23, 23)), *resolved(5, "wat-1", at(28, 3)),
        *dispatched(6, at(21, 10)), *started(6, "t2-1", at(21, 11)), *resolved(6, "t2-1", at(22, 9.5)),
        (at(21, 10), 7, A.REJECT, "op", {"reason": "no matter of ours"}),
        (at(21, 10), 8, A.ACCEPT, "op", {}), (at(21, 11), 8, A.MERGE, "op", {"other_incident_id": 1}),
        *dispatched(9, at(21, 10)),
        (at(24, 10), 11, A.ACCEPT, "op", {}),
        *dispatched(12, at(24, 10)),
    ],
    key=lambda step: step[0],
)  # fmt: skip
ASKED = [MeasureQuestion(by=by) for by in ("county", "unit", "village", "item", "day")]


def answer_all(database: Database, instant: datetime) -> list[MeasureTable]:
    return [measure(database, replace(one, as_of=instant)) for one in ASKED]


@pytest.fixture(scope="module")
def told(module_database: Database) -> tuple[Database, dict[datetime, list[MeasureTable]]]:
    """The county with its incidents, and what was answered along the way, before anything later had happened."""
    database = module_database
    with database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        for code, role, unit, area in MORE_STAFF:
            connection.execute(
                "INSERT INTO staff (code, role, unit_id, area_code) "
                "VALUES (%s, %s, (SELECT id FROM unit WHERE code = %s::text), %s)",
                [code, role, unit, area],
            )
    answers: dict[datetime, list[MeasureTable]] = {}
    instants = sorted({step[0] for step in STEPS} | {report[3] for report in REPORTS.values()})
    for number, instant in enumerate(instants):
        for key in [key for key, report in REPORTS.items() if report[3] == instant]:
            insert(database, key)
        for step in [step for step in STEPS if step[0] == instant]:
            act(database, step)
        if number % 6 == 0:
            answers[instant] = answer_all(database, instant)
    return database, answers


def insert(database: Database, number: int) -> None:
    item, lon, precision, reported_at = REPORTS[number]
    with database.connect() as connection:
        connection.execute(
            "INSERT INTO incident (id, item_code, reported_lon, reported_lat, precision, reported_at) "
            "OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s, %s, %s)",
            [number, item, lon, None if lon is None else 36.905, precision, reported_at],
        )


def act(database: Database, step: Step) -> None:
    when, number, action, actor, carried = step
    with database.connect() as connection:
        row = connection.execute("SELECT version FROM incident WHERE id = %s", [number]).fetchone()
    assert row is not None
    if action is A.REOPEN:
        call_back(
            database, number, actor=actor, expected_version=row[0], is_reached=True, is_satisfied=False,
            note=carried["reason"], at=when,
        )  # fmt: skip
        return
    carry_out(
        database, number, action, actor=actor, expected_version=row[0], carried=replace(Carried(), **carried), at=when
    )


@pytest.fixture(scope="module")
def county(told: tuple[Database, dict[datetime, list[MeasureTable]]]) -> Database:
    return told[0]


def ratios(row: MeasureRow) -> dict[MeasureId, tuple[float, float]]:
    return {one: (value.numerator, value.denominator) for one, value in row.values.items()}


def test_the_county_counted_by_hand(county: Database) -> None:
    table = measure(county, MeasureQuestion(by="county", as_of=END))
    assert (table.incidents, table.on_map) == (12, 11)  # 12 has no point
    assert ratios(table.total) == {
        # All but 8 (merged) = 11; not accepted: 7 (rejected at once), 10 (reported only).
        M.ACCEPTED: (9, 11),
        # Without 7 and 8 = 10. Due a working day later: those of Monday on Tuesday 9:00, 10 on Wednesday 9:00, 5 on
        # Thursday 22:00; 11 and 12 of Thursday 9:00 have 15 h on Thursday, then Monday the 28th from 0:00: due at 9:00,
        # which END has not passed: 11 is not decided. Dispatched: 1 2 3 4 5 6 9 12; over without: 10. Late: 2, 10.
        M.DISPATCHED_IN_TIME: (7, 9),
        # Without 7 and 8. Due: 3 days after Monday 9:00 is Thursday 9:00 (2: closed 3 h on Wednesday: 12:00; 4: a day
        # later, Friday is off: Monday 28 9:00); 10 Monday 28 9:00; 5 Thursday 2:00; 6 Tuesday 9:00; 9 Thursday 9:00.
        # Closed: 1 in time, 5 late, 6 late. Open and due at END: 2, 3, 4, 9, 10. Not yet: 11, 12.
        M.RESOLVED_IN_TIME: (1, 8),
        # Every day of a report is over: 10. On the same day: 1.
        M.CLOSED_SAME_DAY: (1, 10),
        # Closed 1, 5, 6, and 2 reopened by a call-back; called: 1, 2.
        M.CALLED_BACK: (2, 4),
        M.SATISFIED: (1, 2),
        # With a unit at least once: 1 2 3 4 5 6 9 12. Returned: 3.
        M.RETURNED: (1, 8),
        M.REOPENED: (1, 4),
        # Open: 2 3 4 9 10 11 12; due at END, which is an end of the limits of 4 and 10: 2 3 4 9 10.
        M.OVERDUE_NOW: (5, 7),
        # 3 and 9: Thursday 9:00 to 24:00 = 15 h, Monday 0:00 to 9:00 = 9 h, 24 h each. 2: from 12:00 = 12 + 9 = 21 h.
        # 4 and 10 are due this instant: no hours yet.
        M.OVERDUE_HOURS: (24 + 24 + 21, 3),
        # Monday 9:00 to END is 15 + 24 x 3 + 9 = 96 h: 3 and 9 = 192; 4 = 96 - 24 paused = 72; 2 = 96 - 3 closed = 93.
        # 1: 7 h; 6: 24.5 h; 7: 1 h; 8: 2 h; 10: 72 h; 11 and 12: 15 + 9 = 24 h each; 5: 2 h Wednesday, 24 h Thursday,
        # 3 h Monday = 29 h. Sum 192 + 72 + 93 + 7 + 24.5 + 1 + 2 + 72 + 48 + 29.
        M.BURNT_HOURS: (540.5, 12),
        # 8 small grids of 100 households.
        M.INCIDENTS_PER_100_HOUSEHOLDS: (10, 800),
        # Exact points with an item, without 7, 8, 9 (township) and 12: 1 2 3 4 5 6 10 11. 10 lies 9 m from 1, which was
        # closed 17 h before; 11 lies where 3 does, which is open; 5 is another item than 1.
        M.REPEAT_PLACES: (1, 8),
        M.HOUSEHOLDS_PER_GRID: (800, 8),
        M.GRIDS_IN_BAND: (8, 8),
        M.GRIDS_WITHOUT_TEAM: (0, 12),
    }
    values = table.total.values
    assert values[M.INCIDENTS_PER_100_HOUSEHOLDS].value == 1.25
    assert values[M.HOUSEHOLDS_PER_GRID].value == 100
    assert values[M.OVERDUE_HOURS].value == 69
    assert all(values[one].is_small for one in (M.ACCEPTED, M.OVERDUE_HOURS, M.GRIDS_IN_BAND))
    assert not values[M.INCIDENTS_PER_100_HOUSEHOLDS].is_small


def test_hours_are_of_who_burnt_them_beside_who_holds_it_now(county: Database) -> None:
    table = measure(county, MeasureQuestion(by="unit", measures=("overdue_hours", "burnt_hours"), as_of=END))
    found = {row.key: [(value.numerator, value.held) for value in row.values.values()] for row in table.rows}
    hours = {key: (*over, *burnt) for key, (over, burnt) in found.items()}
    assert hours == {
        # Over by who burnt, by who holds; burnt, held. 1 h of 1 3 4 5 6 9 12, 25 of 2, 2 of 3, then 7 8 10 11.
        "": (0, 0, 7 + 25 + 2 + 1 + 2 + 72 + 24, 72 + 24),
        # 2 (21 h over, 93 - 25 burnt), 9 (24; 95), 1 (6), 3 for 2 h, 4 (72 - 1), 12 (23).
        "U-ENF": (21 + 24, 21 + 24, 68 + 95 + 6 + 2 + 71 + 23, 93 + 96 + 72 + 24),
        # 3 since Monday 14:00: 96 - 5 h, all of its hours over.
        "U-POL": (24, 24, 91, 96),
        "U-WAT": (0, 0, 28, 0),
        "U-T02": (0, 0, 23.5, 0),
    }
    assert table.total.values[M.BURNT_HOURS].numerator == 540.5
    assert table.total.values[M.BURNT_HOURS].denominator == 12


def test_a_return_is_of_the_unit_that_returned_it(county: Database) -> None:
    def count(by: str, **filters: str) -> tuple[dict[str, tuple[float, float]], tuple[float, float], int]:
        table = measure(county, MeasureQuestion(by=by, measures=("returned",), as_of=END, **filters))
        return (
            {row.key: ratios(row)[M.RETURNED] for row in table.rows},
            ratios(table.total)[M.RETURNED],
            table.incidents,
        )

    # The police lead 3 now; the bureau, which leads 1 2 4 9 12 of what a unit had, returned it.
    found = {"U-ENF": (1, 6), "U-POL": (0, 1), "U-WAT": (0, 1), "U-T02": (0, 1)}
    assert count("unit") == (found, (1, 8), 12)
    for unit, its in found.items():
        assert count("unit", unit=unit)[:2] == ({unit: its}, its)
        assert count("channel", unit=unit)[:2] == ({"unit": its}, its)
    assert count("item", unit="U-ENF") == ({"A02": (1, 6)}, (1, 6), 9)
    assert count("unit", area=VILLAGES[1]) == ({"U-ENF": (1, 1), "U-POL": (0, 1)}, (1, 1), 2)


def test_an_imprecise_point_counts_only_where_it_is_good_for(county: Database) -> None:
    def counts(by: str, **filters: str) -> tuple[dict[str, int], int, int]:
        table = measure(county, MeasureQuestion(by=by, measures=("accepted",), as_of=END, **filters))
        return {row.key: row.incidents for row in table.rows}, table.on_map, table.incidents

    # Township 1: 1 2 3 5 7 8 9 10 11, township 2: 4 6.
    assert counts("township") == ({TOWNSHIPS[0]: 9, TOWNSHIPS[1]: 2}, 11, 12)
    assert counts("village") == ({VILLAGES[0]: 6, VILLAGES[1]: 2, VILLAGES[2]: 1, VILLAGES[3]: 1}, 10, 12)
    assert counts("village", area=TOWNSHIPS[0]) == ({VILLAGES[0]: 6, VILLAGES[1]: 2}, 8, 9)
    assert counts("small_grid", area=VILLAGES[1]) == ({f"{VILLAGES[1]}002": 2}, 2, 2)
    assert counts("unit", area=VILLAGES[2]) == ({"U-ENF": 1}, 1, 1)


@pytest.mark.parametrize("by", sorted(Dimension))
def test_the_rows_add_up_to_the_whole(county: Database, by: Dimension) -> None:
    whole = measure(county, MeasureQuestion(by="channel", as_of=END))
    table = measure(county, MeasureQuestion(by=by, as_of=END, leave_out=("burnt_hours", "overdue_hours")))
    assert table.incidents == whole.incidents
    assert sum(row.incidents for row in table.rows) == table.on_map
    assert (table.on_map == table.incidents) == (by not in AREA_DIMENSIONS)
    shared = set(table.measures) & set(whole.measures)
    assert {one: ratios(table.total)[one] for one in shared} == {one: ratios(whole.total)[one] for one in shared}


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("item", ("A02", "A04", "A05")),
        ("unit", ("U-ENF", "U-POL", "U-WAT", "U-T02")),
        ("area", (TOWNSHIPS[0], TOWNSHIPS[1])),
    ],
)
def test_a_filter_and_the_others_are_everything(county: Database, name: str, codes: tuple[str, ...]) -> None:
    rows = {
        row.key: row
        for row in measure(county, MeasureQuestion(by="township" if name == "area" else name, as_of=END)).rows
    }
    for code in codes:
        one = measure(county, MeasureQuestion(by="channel", as_of=END, **{name: code}))
        ours, theirs = ratios(one.total), ratios(rows[code])
        left_out = {M.INCIDENTS_PER_100_HOUSEHOLDS} if name != "area" else set()
        assert {key: ours[key] for key in ours.keys() - left_out} == {
            key: theirs[key] for key in ours.keys() - left_out
        }
    assert set(codes) >= set(rows) - {""}


def test_a_period_is_of_the_reports_and_for_burnt_hours_of_the_time(county: Database) -> None:
    before = measure(county, MeasureQuestion(by="channel", as_of=END, until=at(22, 0)))
    after = measure(county, MeasureQuestion(by="channel", as_of=END, since=at(22, 0)))
    whole = measure(county, MeasureQuestion(by="channel", as_of=END))
    assert (before.incidents, after.incidents) == (8, 4)
    for one in set(whole.measures) - {M.INCIDENTS_PER_100_HOUSEHOLDS, M.BURNT_HOURS}:
        both = [sum(pair) for pair in zip(ratios(before.total)[one], ratios(after.total)[one], strict=True)]
        assert both == list(ratios(whole.total)[one]), one
    # Monday 9:00 to 24:00 = 15 h of 2 3 4 6 9, 7 h of 1, 1 h of 7, 2 h of 8.
    assert before.total.values[M.BURNT_HOURS].numerator == 5 * 15 + 7 + 1 + 2
    assert after.total.values[M.BURNT_HOURS].numerator == 540.5 - 85


def test_a_past_instant_is_answered_as_it_was_then(
    told: tuple[Database, dict[datetime, list[MeasureTable]]],
) -> None:
    database, answers = told
    assert len(answers) >= 3
    for instant, tables in answers.items():
        assert answer_all(database, instant) == tables, instant


def test_corrections_do_not_reach_back(county: Database) -> None:
    before = answer_all(county, END)
    with county.connect() as connection:
        connection.execute("SELECT set_config('gridmap.at', %s, true)", [(END + timedelta(hours=1)).isoformat()])
        connection.execute(
            "UPDATE incident SET item_code = 'A04', reported_lon = 118.835, reported_lat = 36.905 WHERE id = 12"
        )
    assert answer_all(county, END) == before
    later = measure(county, MeasureQuestion(by="item", as_of=END + timedelta(hours=2)))
    assert {one.key: one.incidents for one in later.rows} == {"A02": 9, "A04": 2, "A05": 1}
    assert measure(county, MeasureQuestion(as_of=END + timedelta(hours=2))).on_map == 12


@pytest.mark.parametrize(
    ("question", "error", "said"),
    [
        (MeasureQuestion(by="colour"), InputError, "by one of county, township"),
        (MeasureQuestion(measures=("speed",)), InputError, "no measure 'speed'"),
        (MeasureQuestion(by="unit", measures=("grids_in_band",)), InputError, "only by an area"),
        (MeasureQuestion(area="x"), NotFoundError, "no area x"),
        (MeasureQuestion(unit="x"), NotFoundError, "no unit x"),
        (MeasureQuestion(item="x"), NotFoundError, "no item x"),
        (MeasureQuestion(item="x\0"), InputError, "U\\+0000"),
        (MeasureQuestion(since=at(2, 0), until=at(1, 0)), InputError, "before it starts"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    county: Database, question: MeasureQuestion, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        measure(county, question)


def test_the_views_say_the_same_as_the_service(county: Database) -> None:
    for by in ("village", "unit", "township", "small_grid", "item"):
        table = measure(county, MeasureQuestion(by=by, measures=("accepted", "overdue_now")))
        with county.connect() as connection:
            rows = connection.execute(
                f"SELECT code, incidents, accepted_share::float8, overdue_now FROM measure_{by} WHERE incidents > 0"
            ).fetchall()
        assert sorted(rows) == [
            (row.key, row.incidents, pytest.approx(row.values[M.ACCEPTED].value), row.values[M.OVERDUE_NOW].numerator)
            for row in table.rows
        ]
