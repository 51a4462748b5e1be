"""A sheet with one row a duty becomes the list that it says, or tells everything that is wrong with it."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.responsibility.columns import LIST_COLUMNS, make_list_rows
from gridmap.domain.responsibility.faults import describe_faults, has_refusal
from gridmap.domain.responsibility.item import Duty, Item
from gridmap.domain.responsibility.reading import ListReading, read_list
from gridmap.domain.responsibility.sheet import Sheet, SheetRow
from gridmap.domain.responsibility.words import is_shorter
from tests.domain.responsibility.lists import ITEMS, UNIT_TYPES, lists, make_item_sheet, make_sheet, some

ROWS = [dict(zip(LIST_COLUMNS, row, strict=True)) for row in make_list_rows(ITEMS)]
"""Rows 2 to 6 are of item 0101 (lead, lead, second lead, assistant, assistant), row 7 of 0102."""


def read(rows: list[dict[str, str]]) -> ListReading:
    sheet = Sheet(LIST_COLUMNS, [SheetRow(number, row) for number, row in enumerate(rows, start=2)])
    return read_list(sheet, unit_types=UNIT_TYPES)


def changed(number: int, cells: Mapping[str, str]) -> list[dict[str, str]]:
    return [{**row, **cells} if at == number else dict(row) for at, row in enumerate(ROWS, start=2)]


def test_a_party_without_a_known_role_has_its_other_cells_looked_at() -> None:
    said = describe_faults(read(changed(4, {"role": "boss", "position": "0", "duty_number": "x"})).faults, "list.csv")
    assert "'boss' is no role" in said
    assert "row 4, position: '0' is no whole number" in said
    assert "row 4, duty_number: 'x' is no whole number" in said


@some
@given(lists())
def test_what_is_written_is_read_again(items: tuple[Item, ...]) -> None:
    reading = read_list(make_item_sheet(items), unit_types=UNIT_TYPES)
    assert reading.faults == ()
    assert reading.items == items


# Row, cells that are put in it, and the row, column and words of the one fault that this makes.
FAULTS: list[tuple[int, dict[str, str], int, str, str]] = [
    (2, {"code": ""}, 2, "code", "no code"),
    (2, {"class_name": ""}, 2, "class_name", "item 0101 has no class_name"),
    (2, {"name": ""}, 2, "name", "item 0101 has no name"),
    (2, {"name": "犬只??"}, 2, "name", "garbled"),
    (2, {"name": "犬\x07只"}, 2, "name", "garbled"),
    (2, {"duty": "长" * 32_768}, 2, "duty", "32768 characters"),
    (2, {"level": ""}, 2, "level", "item 0101 has no level"),
    (2, {"level": "city"}, 2, "level", "'city' is no level"),
    (3, {"name": "别名"}, 3, "name", "'别名' differs from '犬只管理' in row 2, the same item"),
    (3, {"limit_value": "5"}, 3, "limit_value", "'5' differs from '3' in row 2"),
    (3, {"contact": "别处"}, 3, "contact", "'别处' differs from '值班室' in row 2, the same party"),
    (2, {"limit_value": "", "limit_unit": ""}, 2, "limit_value", "neither a limit nor stages"),
    (2, {"limit_value": "0"}, 2, "limit_value", "'0' is no number above 0"),
    (2, {"limit_value": "-3"}, 2, "limit_value", "'-3' is no number above 0"),
    (2, {"limit_value": "3天"}, 2, "limit_value", "'3天' is no number above 0"),
    (2, {"limit_value": "10000"}, 2, "limit_value", "up to 9999"),
    (2, {"limit_value": ""}, 2, "limit_value", "has no number"),
    (2, {"limit_unit": ""}, 2, "limit_unit", "the limit 3 has no unit"),
    (2, {"limit_unit": "week"}, 2, "limit_unit", "'week' is no unit"),
    (7, {"stages": "停工"}, 7, "stages", "'停工' is no stage"),
    (7, {"stages": "停工: 4"}, 7, "stages", "'停工: 4' is no stage"),
    (7, {"stages": "停工: 0 工作时"}, 7, "stages", "'0' is no number above 0"),
    (7, {"stages": "停工: 4 工作时; 停工: 20 工作日"}, 7, "stages", "stage 停工 comes twice"),
    (7, {"stages": "罚款: 7 工作日; 停工: 4 工作时"}, 7, "stages", "out of order: 停工 (4 working_hour) after 罚款"),
    (7, {"limit_value": "19"}, 7, "limit_value", "the limit, 19 working_day, is over before stage 拆除"),
    (2, {"needs_power": "maybe"}, 2, "needs_power", "'maybe' is neither yes nor no"),
    (2, {"role": "chief"}, 2, "role", "'chief' is no role"),
    (7, {"role": "assist"}, 7, "role", "item 0102 has no lead"),
    (7, {"role": "", "unit_type": ""}, 7, "role", "no role and no unit_type"),
    (6, {"role": ""}, 6, "role", "no role"),
    (6, {"unit_type": ""}, 6, "unit_type", "no unit_type"),
    (4, {"unit_type": "navy"}, 4, "unit_type", "no unit has the type navy"),
    (4, {"unit_type": "township"}, 5, "role", "township is lead in row 4, and assistant here"),
    (2, {"position": "0"}, 2, "position", "'0' is no whole number from 1"),
    (2, {"position": "first"}, 2, "position", "'first' is no whole number from 1"),
    (4, {"position": "1"}, 4, "position", "position 1 is given to two parties of the role lead"),
    (3, {"duty_number": "1"}, 3, "duty_number", "duty number 1 of enforcement stands in row 2 already"),
    (3, {"duty_number": "1.5"}, 3, "duty_number", "'1.5' is no whole number from 1"),
    (3, {"duty_number": "２"}, 3, "duty_number", "is no whole number from 1"),
    (3, {"duty_number": "40000"}, 3, "duty_number", "is no whole number from 1"),
    (3, {"duty": ""}, 3, "duty", "number 2 has no duty"),
]
# Here more hangs on the cell, so that other faults come with it.
SEVERAL = {"no code", "no role", "no role and no unit_type", "'chief' is no role", "no unit_type"}


@pytest.mark.parametrize(("row", "cells", "at", "column", "words"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_is_told_and_refuses(row: int, cells: dict[str, str], at: int, column: str, words: str) -> None:
    reading = read(changed(row, cells))
    assert reading.items == ()
    found = [fault for fault in reading.faults if (fault.row, fault.column) == (at, column) and words in fault.what]
    assert len(found) == 1
    assert found[0].to_do
    assert not found[0].is_warning
    if words not in SEVERAL:
        assert len(reading.faults) == 1, reading.faults


# The complement: what is near a fault and none.
NO_FAULTS: list[tuple[int, dict[str, str]]] = [
    (3, {"name": "犬只管理", "level": "county", "limit_value": "3"}),
    (2, {"level": "县级"}),
    (2, {"limit_value": "0.5"}),
    (2, {"limit_value": "9999"}),
    (2, {"limit_unit": "自然日"}),
    (7, {"limit_value": "", "limit_unit": ""}),
    (7, {"limit_value": "30"}),
    (7, {"stages": "停工：4工作时；罚款：7工作日；拆除：20工作日"}),
    (7, {"stages": "停工: 4 工作时; 复查: 4 工作时"}),
    (7, {"stages": ""}),
    (2, {"needs_power": "是"}),
    (2, {"needs_power": ""}),
    (2, {"role": "牵头"}),
    (3, {"role": "", "unit_type": ""}),
    (3, {"code": "", "role": "", "unit_type": ""}),
    (2, {"position": ""}),
    (4, {"position": ""}),
    (3, {"duty_number": ""}),
    (3, {"duty_number": "7"}),
    (3, {"duty_number": "", "duty": ""}),
    (2, {"duty": "劝导\n上户"}),
]


@pytest.mark.parametrize(("row", "cells"), NO_FAULTS, ids=lambda value: str(value)[:40])
def test_what_is_right_is_taken(row: int, cells: dict[str, str]) -> None:
    reading = read(changed(row, cells))
    assert reading.faults == ()
    assert [item.code for item in reading.items] == ["0101", "0102"]


def test_all_faults_come_at_once_by_row() -> None:
    rows = [dict(row) for row in ROWS]
    for row, cells in ((2, {"level": "x"}), (3, {"duty_number": "1"}), (4, {"unit_type": "navy"}), (7, {"role": "z"})):
        rows[row - 2] |= cells
    reading = read(rows)
    assert [(fault.row, fault.column) for fault in reading.faults] == [
        (2, "level"),
        (3, "duty_number"),
        (4, "unit_type"),
        (7, "role"),
        (7, "role"),
    ]
    told = describe_faults(reading.faults, "list.csv")
    assert told.startswith(
        "list.csv: 5 faults, nothing was stored.\n  row 2, level: 'x' is no level. Give one of county"
    )


def test_an_unknown_assistant_is_a_warning_alone() -> None:
    reading = read([*(dict(row) for row in ROWS[:3]), {**ROWS[3], "unit_type": "navy"}, dict(ROWS[5])])
    assert [(fault.row, fault.is_warning) for fault in reading.faults] == [(5, True)]
    assert not has_refusal(reading.faults)
    assert reading.items[0].parties[2].unit_type == "navy"


def test_empty_numbers_follow_the_file() -> None:
    rows = [{**row, "duty_number": "", "position": ""} for row in ROWS]
    items = read(rows).items
    assert items == ITEMS
    # One that is given keeps its place, the others take what is free.
    rows[0]["position"] = "2"
    rows[1]["duty_number"] = "5"
    first = read(rows).items[0]
    assert [(party.unit_type, party.position) for party in first.parties] == [
        ("police", 1),
        ("enforcement", 2),
        ("township", 1),
    ]
    assert first.parties[1].duties == (Duty(1, "登记发牌"), Duty(5, "收容流浪犬"))


def test_rows_of_an_item_may_lie_apart() -> None:
    assert read([dict(ROWS[0]), dict(ROWS[5]), *(dict(row) for row in ROWS[1:5])]).items == ITEMS


def test_a_row_without_a_code_never_joins_another_item() -> None:
    rows = [*(dict(row) for row in ROWS), {**ROWS[5], "code": "", "name": "另一事项"}, {**ROWS[1], "code": ""}]
    assert [(fault.row, fault.what) for fault in read(rows).faults] == [(8, "no code"), (9, "no code")]


@pytest.mark.parametrize(
    ("columns", "rows", "words"),
    [
        (["code", "name"], [["1", "x"]], ["class_name: the column is missing", "role: the column is missing"]),
        ([*LIST_COLUMNS, "code"], [], ["code: the column comes more than once", "the list has no item"]),
        (["code", "lead_unit_type", "duties_lead"], [["1", "x", "y"]], ["one row an item"]),
    ],
)
def test_faults_of_the_sheet(columns: list[str], rows: list[list[str]], words: list[str]) -> None:
    sheet = Sheet(columns, make_sheet(rows, columns).rows if rows else [])
    reading = read_list(sheet, unit_types=UNIT_TYPES)
    assert reading.items == ()
    told = describe_faults(reading.faults, "x")
    assert [word for word in words if word not in told] == []


def test_an_unknown_column_is_a_warning() -> None:
    sheet = make_sheet([[*row, "x"] for row in make_list_rows(ITEMS)], [*LIST_COLUMNS, "remark"])
    reading = read_list(sheet, unit_types=UNIT_TYPES)
    assert [(fault.column, fault.is_warning) for fault in reading.faults] == [("remark", True)]
    assert reading.items == ITEMS


HOUR, DAY, CALENDAR = LimitUnit.WORKING_HOUR, LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY


@pytest.mark.parametrize(
    ("one", "other", "shorter"),
    [
        ((3, DAY), (4, DAY), True),
        ((4, DAY), (4, DAY), False),
        ((4, HOUR), (1, DAY), True),
        ((24, HOUR), (1, DAY), False),
        ((1, DAY), (25, HOUR), True),
        ((3, CALENDAR), (5, CALENDAR), True),
        ((3, CALENDAR), (4, DAY), True),
        ((3, CALENDAR), (3, DAY), False),
        # Three working days may be over before or after five calendar days.
        ((3, DAY), (5, CALENDAR), False),
    ],
)
def test_which_limit_is_over_first(one: tuple[int, LimitUnit], other: tuple[int, LimitUnit], shorter: bool) -> None:
    assert is_shorter(Limit(*one), Limit(*other)) is shorter
    if shorter:
        assert not is_shorter(Limit(*other), Limit(*one))
