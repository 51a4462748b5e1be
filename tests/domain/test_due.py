"""Due times against vectors computed by hand, a clock that counts minute by minute, and the incident clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.calendar import CalendarDay, CalendarException, list_days
from gridmap.domain.clock import Limit, LimitUnit, WorkingCalendar
from gridmap.domain.due import due_at, find_due_us, list_faults
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar
from gridmap.domain.due_convention import CONVENTIONS, make_convention
from gridmap.domain.office_hours import OfficeHours
from gridmap.errors import InputError

ZONE = ZoneInfo("Asia/Shanghai")
# National Day 2026 as published: 1 to 7 October off; Sunday 20 September and Saturday 10 October worked.
EXCEPTIONS = [
    *(CalendarException(date(2026, 10, day), False, 2026, "National Day") for day in range(1, 8)),
    CalendarException(date(2026, 9, 20), True, 2026, "National Day"),
    CalendarException(date(2026, 10, 10), True, 2026, "National Day"),
]
OFFICE = OfficeHours.of_text("08:30-12:00,13:30-17:30")
NEW_YORK = ZoneInfo("America/New_York")
# In 2026 the clocks go forward on Sunday 8 March and back on Sunday 1 November; both are worked here.
SUNDAYS = [CalendarException(date(2026, 3, 8), True, 2026), CalendarException(date(2026, 11, 1), True, 2026)]


def make(name: str = "running-clock", *rules: str, hours: OfficeHours | None = None) -> DueCalendar:
    convention = make_convention(name, rules)
    if hours is None:
        return make_due_calendar(EXCEPTIONS, published_years=[2026], convention=convention)
    return make_due_calendar(EXCEPTIONS, published_years=[2026], convention=convention, hours=hours)


def at(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("convention", "hours", "start", "value", "unit", "expected", "why"),
    [
        ("running-clock", None, "2026-09-30 15:00", 3, "working_day", "2026-10-10 15:00", "over National Day"),
        ("running-clock", None, "2026-11-21 10:00", 5, "working_day", "2026-11-28 00:00", "Friday at 24:00"),
        ("same-clock-time", None, "2026-11-21 10:00", 5, "working_day", "2026-11-30 00:00", "Monday at 0:00"),
        ("running-clock", OFFICE, "2026-11-23 16:30", 1, "working_day", "2026-11-24 16:30", "the same clock time"),
        ("running-clock", OFFICE, "2026-11-20 18:00", 1, "working_day", "2026-11-23 17:30", "after hours: all Monday"),
        (
            "same-clock-time",
            OFFICE,
            "2026-11-20 18:00",
            1,
            "working_day",
            "2026-11-24 08:30",
            "from opening to opening",
        ),
        ("running-clock", OFFICE, "2026-11-23 11:00", 2, "working_hour", "2026-11-23 14:30", "over the break"),
        ("running-clock", OFFICE, "2026-11-23 08:30", 3.5, "working_hour", "2026-11-23 12:00", "up to the break"),
        ("same-clock-time", OFFICE, "2026-11-23 08:30", 3.5, "working_hour", "2026-11-23 13:30", "after the break"),
        ("running-clock", OFFICE, "2026-11-23 11:00", 0.5, "working_day", "2026-11-23 16:15", "half of 7.5 hours"),
        ("running-clock", OFFICE, "2026-11-23 20:00", 2, "calendar_day", "2026-11-25 20:00", "hours do not matter"),
        ("civil-code", None, "2026-11-23 15:00", 3, "working_day", "2026-11-27 00:00", "Tuesday to Thursday 24:00"),
        ("civil-code", OFFICE, "2026-11-23 15:00", 3, "working_day", "2026-11-26 17:30", "to the close of Thursday"),
        ("civil-code", OFFICE, "2026-11-23 20:00", 1, "working_day", "2026-11-24 17:30", "still Monday's report"),
        ("civil-code", None, "2026-11-21 10:00", 1, "working_day", "2026-11-24 00:00", "Saturday: Monday is day one"),
        ("civil-code", None, "2026-09-28 18:00", 3, "calendar_day", "2026-10-09 00:00", "moved behind the holiday"),
        ("civil-code", OFFICE, "2026-09-28 18:00", 3, "calendar_day", "2026-10-08 17:30", "… to its close"),
        ("civil-code", OFFICE, "2026-11-23 20:00", 4, "working_hour", "2026-11-24 14:00", "hours run from the opening"),
    ],
)
def test_vectors_computed_by_hand(
    convention: str, hours: OfficeHours | None, start: str, value: float, unit: str, expected: str, why: str
) -> None:
    calendar = make(convention, hours=hours)
    assert due_at(at(start), Limit(value, LimitUnit(unit)), calendar).at == at(expected), why


@pytest.mark.parametrize(
    ("rules", "start", "expected", "why"),
    [
        (["report-day=counted"], "2026-11-23 15:00", "2026-11-25 17:30", "Monday, Tuesday, Wednesday"),
        (["report-day=counted"], "2026-11-23 20:00", "2026-11-26 17:30", "a day that is over is not counted"),
        (["report-day=counted"], "2026-11-23 17:30", "2026-11-26 17:30", "at the close it is over"),
        (["report-day=counted"], "2026-11-23 17:29", "2026-11-25 17:30", "a minute before it is not"),
        (["report-day=counted"], "2026-11-21 10:00", "2026-11-25 17:30", "a day off is not counted"),
        (["report-day=counted"], "2026-11-23 07:00", "2026-11-25 17:30", "before hours is of the day"),
        (["day-off-report=next-working-day"], "2026-11-21 10:00", "2026-11-26 17:30", "Monday is the report's day"),
        (
            ["after-hours-report=next-working-day"],
            "2026-11-23 20:00",
            "2026-11-27 17:30",
            "Tuesday is the report's day",
        ),
        (["after-hours-report=next-working-day"], "2026-11-20 20:00", "2026-11-26 17:30", "Monday is the report's day"),
    ],
)
def test_single_rules_change_the_civil_code(rules: list[str], start: str, expected: str, why: str) -> None:
    calendar = make("civil-code", *rules, hours=OFFICE)
    assert due_at(at(start), Limit(3, LimitUnit.WORKING_DAY), calendar).at == at(expected), why


def test_calendar_days_may_stay_on_a_day_off_and_count_the_report_s_day() -> None:
    limit = Limit(3, LimitUnit.CALENDAR_DAY)
    stays = make("civil-code", "last-day-off=stays", hours=OFFICE)
    assert due_at(at("2026-09-28 18:00"), limit, stays).at == at("2026-10-02 00:00")
    counted = make("civil-code", "report-day=counted", hours=OFFICE)
    assert due_at(at("2026-09-28 15:00"), limit, counted).at == at("2026-09-30 17:30")
    assert due_at(at("2026-11-23 20:00"), Limit(1, LimitUnit.CALENDAR_DAY), counted).at == at("2026-11-24 17:30")
    moved = make("running-clock", "last-day-off=next-working-day")
    assert due_at(at("2026-09-30 18:00"), limit, moved).at == at("2026-10-08 18:00")


def test_a_year_without_a_published_calendar_makes_it_provisional() -> None:
    calendar = make()
    days = Limit(3, LimitUnit.WORKING_DAY)
    assert not due_at(at("2026-12-28 15:00"), days, calendar).is_provisional
    assert not due_at(at("2026-12-29 00:00"), days, calendar).is_provisional  # ends with the year, at 24:00
    assert due_at(at("2026-12-29 00:01"), days, calendar).is_provisional
    assert due_at(at("2025-12-31 15:00"), days, calendar).is_provisional
    assert due_at(at("2027-06-01 15:00"), Limit(1, LimitUnit.WORKING_HOUR), calendar).is_provisional
    assert not due_at(at("2027-06-01 15:00"), Limit(3, LimitUnit.CALENDAR_DAY), calendar).is_provisional
    asks = make("civil-code")
    assert due_at(at("2027-06-01 15:00"), Limit(3, LimitUnit.CALENDAR_DAY), asks).is_provisional


def new_york(hours: str, convention: str = "running-clock") -> DueCalendar:
    return make_due_calendar(
        SUNDAYS,
        published_years=[2026],
        timezone="America/New_York",
        hours=OfficeHours.of_text(hours),
        convention=make_convention(convention),
    )


@pytest.mark.parametrize(
    ("hours", "start", "value", "unit", "expected", "why"),
    [
        ("08:30-17:00", "2026-03-06 10:00", 2, "working_day", "2026-03-09 10:00-04:00", "10:00 before and after"),
        ("08:30-17:00", "2026-10-30 10:00", 2, "working_day", "2026-11-02 10:00-05:00", "10:00 before and after"),
        ("00:00-24:00", "2026-03-06 15:00", 1, "working_day", "2026-03-08 15:00-04:00", "a day of 23 hours is a day"),
        ("00:00-24:00", "2026-03-06 15:00", 24, "working_hour", "2026-03-08 16:00-04:00", "24 hours are 24 hours"),
        ("00:00-24:00", "2026-10-30 15:00", 24, "working_hour", "2026-11-01 14:00-05:00", "… in autumn too"),
        ("00:00-24:00", "2026-03-07 02:30", 1, "calendar_day", "2026-03-08 03:30-04:00", "02:30 is skipped"),
        (
            "00:00-24:00",
            "2026-10-31 01:30",
            1,
            "calendar_day",
            "2026-11-01 01:30-05:00",
            "01:30 comes twice: the later",
        ),
        ("00:00-24:00", "2026-10-31 12:00", 1, "calendar_day", "2026-11-01 12:00-05:00", "25 hours later"),
    ],
)
def test_clocks_that_are_changed(hours: str, start: str, value: float, unit: str, expected: str, why: str) -> None:
    found = due_at(at(start, NEW_YORK), Limit(value, LimitUnit(unit)), new_york(hours))
    assert found.at == datetime.fromisoformat(expected), why


# --- the same rule elsewhere ----------------------------------------------------------------------------------------

INCIDENT_DAYS: list[CalendarDay] = [
    day for year in range(2025, 2029) for day in list_days(year, EXCEPTIONS if year == 2026 else [])
]
INCIDENT_CLOCK = WorkingCalendar.of_days(INCIDENT_DAYS, timezone="Asia/Shanghai")
DEFAULT = make()


# The first example of a run also makes the calendar.
@given(
    start=st.integers(0, 900 * 86_400 * 1000).map(
        lambda ms: datetime(2025, 1, 5, tzinfo=UTC) + timedelta(milliseconds=ms)
    ),
    value=st.one_of(st.integers(1, 40), st.floats(0.01, 40)),
    unit=st.sampled_from(list(LimitUnit)),
)
def test_the_default_is_the_clock_of_the_incidents(start: datetime, value: float, unit: LimitUnit) -> None:
    limit = Limit(value, unit)
    assert due_at(start, limit, DEFAULT).at == INCIDENT_CLOCK.due_at(start, limit)


CIVIL = make("civil-code")


@given(
    start=st.integers(0, 400 * 86_400).map(lambda s: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=s)),
    days=st.integers(1, 30),
)
def test_the_default_is_never_later_than_the_civil_code_and_at_most_a_day_sooner(start: datetime, days: int) -> None:
    limit = Limit(days, LimitUnit.WORKING_DAY)
    assert timedelta() <= due_at(start, limit, CIVIL).at - due_at(start, limit, DEFAULT).at <= timedelta(days=1)


@pytest.mark.parametrize("name", sorted(CONVENTIONS))
@pytest.mark.parametrize("unit", list(LimitUnit))
def test_many_are_the_same_as_one_by_one(name: str, unit: LimitUnit) -> None:
    calendar = make(name, hours=OFFICE)
    starts = np.arange(1_767_600_000, 1_799_000_000, 864_013, dtype=np.int64) * 1_000_000
    values = 1.0 + np.arange(len(starts)) % 9
    due_us, is_provisional = find_due_us(starts, values, unit, calendar)
    for row in range(len(starts)):
        one = due_at(datetime.fromtimestamp(starts[row] / 1e6, UTC), Limit(float(values[row]), unit), calendar)
        assert (one.at.timestamp() * 1e6, one.is_provisional) == (due_us[row], is_provisional[row])
    assert (due_us > starts).all()


def refused(start: str, value: float, unit: LimitUnit, calendar: DueCalendar) -> Callable[[], object]:
    return lambda: due_at(at(start), Limit(value, unit), calendar)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (refused("2026-01-05", 0, LimitUnit.WORKING_DAY, DEFAULT), "greater than 0"),
        (refused("2026-01-05", -1, LimitUnit.CALENDAR_DAY, DEFAULT), "greater than 0"),
        (refused("2026-01-05", float("nan"), LimitUnit.WORKING_HOUR, DEFAULT), "greater than 0"),
        (refused("2026-01-05", float("inf"), LimitUnit.WORKING_HOUR, DEFAULT), "longer than 10,000 days"),
        (refused("2026-01-05", 10_001, LimitUnit.WORKING_DAY, DEFAULT), "longer than 10,000 days"),
        (refused("1969-01-05", 1, LimitUnit.WORKING_DAY, DEFAULT), "does not lie from 1971 to 2149"),
        (refused("2190-01-05", 1, LimitUnit.WORKING_DAY, DEFAULT), "does not lie from 1971 to 2149"),
        (refused("2026-01-05", 1.5, LimitUnit.WORKING_DAY, make("civil-code")), "whole days"),
        (lambda: due_at(datetime(2026, 1, 5), Limit(1, LimitUnit.WORKING_DAY), DEFAULT), "no time zone"),
    ],
)
def test_what_can_t_be_computed_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_the_longest_limit_from_the_last_start_stays_in_the_calendar() -> None:
    starts = np.array([int(datetime(2149, 12, 31, tzinfo=UTC).timestamp()) * 1_000_000], np.int64)
    for name in CONVENTIONS:
        for unit, value in ((LimitUnit.WORKING_DAY, 10_000.0), (LimitUnit.WORKING_HOUR, 75_000.0)):
            calendar = make(name, hours=OFFICE)
            assert list_faults(starts, np.array([value]), unit, calendar).tolist() == [""]
            assert find_due_us(starts, np.array([value]), unit, calendar)[1].all()
    assert find_due_us(starts[:0], np.array([]), LimitUnit.WORKING_DAY, DEFAULT)[0].size == 0
