"""Working time, against hand-computed vectors and a clock that counts minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.calendar import CalendarDay, CalendarException, list_days
from gridmap.domain.clock import DAY_S, Limit, LimitUnit, WorkingCalendar
from gridmap.errors import InputError, NotFoundError

ZONE = ZoneInfo("Asia/Shanghai")
# National Day 2026 as published: 1 to 7 October off; Sunday 20 September and Saturday 10 October worked. New Year 2026:
# 1 to 3 January off, Sunday 4 January worked. 2027 is not published: it follows the week.
EXCEPTIONS = [
    *(CalendarException(date(2026, 10, day), False, 2026) for day in range(1, 8)),
    CalendarException(date(2026, 9, 20), True, 2026),
    CalendarException(date(2026, 10, 10), True, 2026),
    *(CalendarException(date(2026, 1, day), False, 2026) for day in range(1, 4)),
    CalendarException(date(2026, 1, 4), True, 2026),
]
DAYS = [*list_days(2026, EXCEPTIONS), *list_days(2027, [])]
CALENDAR = WorkingCalendar.of_days(DAYS, timezone="Asia/Shanghai")
WORKED = {one.day for one in DAYS if one.is_working}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "value", "unit", "due", "why"),
    [
        ("2026-11-23 15:00", 3, "working_day", "2026-11-26 15:00", "Monday to Thursday"),
        ("2026-09-30 15:00", 3, "working_day", "2026-10-10 15:00", "over National Day to the make-up Saturday"),
        ("2026-10-09 18:00", 1, "working_day", "2026-10-10 18:00", "Friday evening to the make-up Saturday"),
        ("2026-09-18 12:00", 1, "working_day", "2026-09-20 12:00", "Friday noon to the make-up Sunday"),
        ("2026-10-10 12:00", 1, "working_day", "2026-10-12 12:00", "the make-up Saturday to Monday"),
        ("2026-11-20 20:00", 1, "working_day", "2026-11-23 20:00", "Friday evening to Monday evening"),
        ("2026-11-21 10:00", 1, "working_day", "2026-11-24 00:00", "a report on Saturday starts on Monday at 0:00"),
        ("2026-11-22 23:59", 1, "working_day", "2026-11-24 00:00", "a report on Sunday too"),
        ("2026-11-27 00:00", 1, "working_day", "2026-11-28 00:00", "Friday at 0:00: its 24:00, not Monday's 0:00"),
        ("2026-11-28 00:00", 1, "working_day", "2026-12-01 00:00", "the very end of Friday: all of Monday"),
        ("2026-11-21 10:00", 5, "working_day", "2026-11-28 00:00", "a whole week ends on Friday at 24:00"),
        ("2026-11-20 22:00", 4, "working_hour", "2026-11-23 02:00", "two hours of Friday and two of Monday"),
        ("2026-11-20 20:00", 4, "working_hour", "2026-11-21 00:00", "used up exactly at the end of Friday"),
        ("2026-10-01 09:00", 4, "working_hour", "2026-10-08 04:00", "a report on the holiday"),
        ("2026-10-01 09:00", 3, "calendar_day", "2026-10-04 09:00", "calendar days do not stop"),
        ("2026-12-31 15:00", 3, "working_day", "2027-01-05 15:00", "an unpublished year follows the week"),
    ],
)
def test_due_times_computed_by_hand(start: str, value: float, unit: str, due: str, why: str) -> None:
    assert CALENDAR.due_at(at(start), Limit(value, LimitUnit(unit))) == at(due), why


def test_near_and_twice_are_shares_of_the_same_limit() -> None:
    times = CALENDAR.due_times(at("2026-11-23 00:00"), Limit(4, LimitUnit.WORKING_DAY))
    assert (times.near, times.due, times.twice) == (
        at("2026-11-26 00:00"),
        at("2026-11-27 00:00"),
        at("2026-12-03 00:00"),
    )


def _step(start: datetime, minutes: int) -> datetime:
    """Let a minute pass at a time, counting those of worked days; the independent form of the rule."""
    instant = start
    while minutes:
        if instant.astimezone(ZONE).date() in WORKED:
            minutes -= 1
        instant += timedelta(minutes=1)
    return instant


MINUTES = st.integers(0, 640 * 24 * 60).map(lambda minute: datetime(2026, 1, 4, tzinfo=UTC) + timedelta(minutes=minute))


@given(start=MINUTES, minutes=st.integers(1, 6 * 24 * 60))
def test_adding_agrees_with_counting_minute_by_minute(start: datetime, minutes: int) -> None:
    assert CALENDAR.add_working_time(start, minutes * 60) == _step(start, minutes)


@given(start=MINUTES, working_s=st.integers(1, 30 * DAY_S))
def test_what_was_added_lies_between(start: datetime, working_s: int) -> None:
    end = CALENDAR.add_working_time(start, working_s)
    assert CALENDAR.working_seconds_between(start, end) == working_s
    assert CALENDAR.working_seconds_between(end, start) == -working_s


@given(start=MINUTES, one=st.integers(1, 9 * DAY_S), other=st.integers(1, 9 * DAY_S))
def test_adding_twice_is_adding_the_sum(start: datetime, one: int, other: int) -> None:
    assert CALENDAR.add_working_time(CALENDAR.add_working_time(start, one), other) == CALENDAR.add_working_time(
        start, one + other
    )


def test_many_are_the_same_as_one_by_one() -> None:
    starts = np.arange(1_767_600_000, 1_790_000_000, 86_413, dtype=np.int64) * 1_000_000
    together = CALENDAR.add_working_us(starts, 3 * DAY_S * 1_000_000)
    alone = [CALENDAR.add_working_us(starts[i : i + 1], 3 * DAY_S * 1_000_000)[0] for i in range(len(starts))]
    np.testing.assert_array_equal(together, alone)
    assert CALENDAR.add_working_us(np.array([], np.int64), 1).size == 0


def test_nothing_is_guessed_outside_the_calendar() -> None:
    with pytest.raises(NotFoundError, match="starts only"):
        CALENDAR.add_working_time(at("2025-12-31 12:00"), 60)
    with pytest.raises(NotFoundError, match="ends at 2027-12-31"):
        CALENDAR.add_working_time(at("2027-12-31 12:00"), DAY_S)
    assert CALENDAR.add_working_time(at("2027-12-31 12:00"), DAY_S / 2) == at("2028-01-01 00:00")


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="no time zone"):
        CALENDAR.add_working_time(datetime(2026, 11, 23), 60)
    with pytest.raises(InputError, match="positive"):
        CALENDAR.add_working_time(at("2026-11-23 12:00"), 0)
    with pytest.raises(InputError, match="no working time"):
        WorkingCalendar.of_days([CalendarDay(date(2026, 1, 1), False)], timezone="Asia/Shanghai")
    with pytest.raises(InputError, match="each day once"):
        WorkingCalendar.of_days([DAYS[0], DAYS[2]], timezone="Asia/Shanghai")
