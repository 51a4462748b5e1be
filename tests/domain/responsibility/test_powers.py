"""Powers: the faults of their files with the complement, and whether a unit has one on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.responsibility.powers import POWER_COLUMNS, Power, has_power, make_power_rows, read_powers
from gridmap.domain.responsibility.sheet import Sheet, SheetRow
from tests.domain.responsibility.lists import some

UNITS = {"U1", "U2"}
ITEMS = {"0101", "0102"}
GOOD = {"unit_code": "U1", "item_code": "0101", "first_day": "2026-03-01", "last_day": "2026-05-31", "is_trial": "yes"}
SPRING = Power("U1", "0101", date(2026, 3, 1), date(2026, 5, 31), True)


def make_sheet(*rows: dict[str, str]) -> Sheet:
    return Sheet(POWER_COLUMNS, [SheetRow(number, row) for number, row in enumerate(rows, start=2)])


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"unit_code": ""}, "unit_code", "no unit_code"),
        ({"unit_code": "U9"}, "unit_code", "there is no unit U9"),
        ({"item_code": ""}, "item_code", "no item_code"),
        ({"first_day": "3月1日"}, "first_day", "'3月1日' is no day"),
        ({"first_day": "2026-02-30"}, "first_day", "'2026-02-30' is no day"),
        ({"first_day": "0001-01-01"}, "first_day", "is no day"),
        ({"last_day": "2026-02-28"}, "last_day", "it ends on 2026-02-28, before its first day 2026-03-01"),
        ({"is_trial": "perhaps"}, "is_trial", "'perhaps' is neither yes nor no"),
        ({"source": "文件??"}, "source", "garbled"),
    ],
)
def test_a_fault_is_told_and_refuses(cells: dict[str, str], column: str, words: str) -> None:
    reading = read_powers(make_sheet({**GOOD, **cells}), unit_codes=UNITS, item_codes=ITEMS)
    assert reading.powers == ()
    (fault,) = reading.faults
    assert (fault.row, fault.column, fault.is_warning) == (2, column, False)
    assert words in fault.what


@pytest.mark.parametrize(
    ("cells", "power", "warned"),
    [
        ({}, SPRING, None),
        ({"is_trial": "", "last_day": ""}, Power("U1", "0101", date(2026, 3, 1)), None),
        ({"first_day": "", "last_day": "", "is_trial": "否"}, Power("U1", "0101"), None),
        ({"last_day": "2026-03-01"}, Power("U1", "0101", date(2026, 3, 1), date(2026, 3, 1), True), None),
        ({"first_day": "2026/03/01 00:00:00"}, SPRING, None),
        ({"item_code": "0999"}, Power("U1", "0999", date(2026, 3, 1), date(2026, 5, 31), True), "item_code"),
        ({"last_day": ""}, Power("U1", "0101", date(2026, 3, 1), None, True), "last_day"),
    ],
)
def test_what_is_right_is_taken(cells: dict[str, str], power: Power, warned: str | None) -> None:
    reading = read_powers(make_sheet({**GOOD, **cells}), unit_codes=UNITS, item_codes=ITEMS)
    assert reading.powers == (power,)
    assert [fault.column for fault in reading.faults] == ([warned] if warned else [])
    assert all(fault.is_warning for fault in reading.faults)


def test_one_power_at_a_time() -> None:
    def read(*rows: dict[str, str]) -> list[tuple[int, str]]:
        reading = read_powers(make_sheet(*rows), unit_codes=UNITS, item_codes=ITEMS, known=[SPRING])
        return [(fault.row, fault.what) for fault in reading.faults]

    later = {**GOOD, "first_day": "2026-06-01", "last_day": ""}
    assert read({**later, "is_trial": "no"}) == []
    assert read({**later, "unit_code": "U2", "first_day": "2026-05-31", "is_trial": "no"}) == []
    # The same first day is the same power: here it is taken back earlier, which lets the other one begin.
    assert read({**GOOD, "last_day": "2026-04-30"}, {**GOOD, "first_day": "2026-05-01"}) == []
    said = "unit U1 has item 0101 from 2026-03-01 to 2026-05-31, and again from 2026-05-31"
    assert read({**GOOD, "first_day": "2026-05-31", "last_day": "2026-06-30"}) == [(2, said)]
    assert read(GOOD, GOOD) == [(3, "unit U1 and item 0101 stand in row 2 with this first day")]
    before = "unit U1 has item 0101 from ever to 2026-03-01, and again from 2026-03-01"
    assert read({**GOOD, "first_day": "", "last_day": "2026-03-01"}) == [(2, before)]


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@st.composite
def powers(draw: st.DrawFn) -> list[Power]:
    """Draw powers that do not overlap, some without a beginning or an end."""
    made = []
    for unit in sorted(UNITS):
        for item in sorted(ITEMS):
            bounds = sorted(draw(st.sets(days, max_size=6)))
            for number, (first, following) in enumerate(zip(bounds[::2], bounds[1::2], strict=False)):
                is_last = number == len(bounds) // 2 - 1
                start = None if number == 0 and draw(st.booleans()) else first
                end = None if is_last and draw(st.booleans()) else following
                made.append(Power(unit, item, start, end, draw(st.booleans()), draw(st.sampled_from(["", "通知"]))))
    return made


@some
@given(powers(), days)
def test_what_is_written_is_read_again_and_holds_on_its_days(made: list[Power], day: date) -> None:
    rows = [dict(zip(POWER_COLUMNS, row, strict=True)) for row in make_power_rows(made)]
    if not made:
        return
    reading = read_powers(make_sheet(*rows), unit_codes=UNITS, item_codes=ITEMS)
    assert list(reading.powers) == made
    held = {
        (power.unit_code, power.item_code)
        for power in made
        if (power.first_day is None or power.first_day - timedelta(days=1) < day)
        and (power.last_day is None or day < power.last_day + timedelta(days=1))
    }
    assert {(u, i) for u in UNITS for i in ITEMS if has_power(made, u, i, day)} == held
