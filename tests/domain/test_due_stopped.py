"""The days of a due time whose clock stood for a while."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import due_at
from gridmap.domain.due_calendar import make_due_calendar
from gridmap.domain.due_convention import CONVENTIONS
from gridmap.domain.due_stopped import count_due
from gridmap.domain.office_hours import OfficeHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = [CalendarException(date(2026, 10, day), False, 2026, "国庆节") for day in (1, 2, 5, 6, 7)]
WHOLE = make_due_calendar(NATIONAL_DAY, published_years=[2026])
OFFICE = make_due_calendar(NATIONAL_DAY, published_years=[2026], hours=OfficeHours.of_text("08:30-12:00,13:30-17:30"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_day_of_pause_moves_the_end_by_a_working_day_and_is_named_on_its_day() -> None:
    # Monday noon; paused from Tuesday noon to Wednesday noon.
    found = count_due(
        at("2026-11-23 12:00"),
        Limit(2, LimitUnit.WORKING_DAY),
        [(at("2026-11-24 12:00"), at("2026-11-25 12:00"))],
        WHOLE,
    )
    assert found.due.at == at("2026-11-26 12:00")
    assert [(day.used, day.stopped, day.total) for day in found.days] == [
        (0.5, 0.0, 0.5),
        (0.5, 0.5, 1.0),
        (0.5, 0.5, 1.5),
        (0.5, 0.0, 2.0),
    ]
    assert not found.is_shifted


def test_a_pause_over_days_off_costs_only_the_working_part() -> None:
    # Thursday 24 September noon; paused over the holiday, Wednesday 30 noon to Thursday 8 October noon.
    found = count_due(
        at("2026-09-29 12:00"),
        Limit(2, LimitUnit.WORKING_DAY),
        [(at("2026-09-30 12:00"), at("2026-10-08 12:00"))],
        WHOLE,
    )
    assert found.due.at == at("2026-10-09 12:00")
    assert sum(day.stopped for day in found.days) == pytest.approx(1.0)


def test_what_stood_only_after_the_limit_was_used_up_comes_on_top() -> None:
    # Due on Tuesday noon; closed on Thursday, reopened on Friday.
    found = count_due(
        at("2026-11-23 12:00"),
        Limit(1, LimitUnit.WORKING_DAY),
        [(at("2026-11-26 12:00"), at("2026-11-27 12:00"))],
        WHOLE,
    )
    assert found.is_shifted
    assert found.due.at == at("2026-11-25 12:00")
    assert [day.total for day in found.days] == [0.5, 1.0]


def test_where_limits_end_with_a_day_the_stops_come_on_top() -> None:
    calendar = make_due_calendar(NATIONAL_DAY, published_years=[2026], convention=CONVENTIONS["civil-code"])
    start, limit = at("2026-11-23 12:00"), Limit(2, LimitUnit.WORKING_DAY)
    found = count_due(start, limit, [(at("2026-11-24 12:00"), at("2026-11-24 18:00"))], calendar)
    assert found.is_shifted
    assert found.due == due_at(start, limit, calendar)
    assert found.days[-1].total == 2.0


@settings(max_examples=60)
@given(
    calendar=st.sampled_from([WHOLE, OFFICE]),
    minute=st.integers(0, 300 * 1440),
    value=st.integers(1, 15),
    unit=st.sampled_from(list(LimitUnit)),
    gaps=st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 6000)), max_size=4),
)
def test_days_and_stops_add_up(
    calendar: object, minute: int, value: int, unit: LimitUnit, gaps: list[tuple[int, int]]
) -> None:
    start = datetime(2026, 1, 5, tzinfo=SHANGHAI) + timedelta(minutes=minute)
    stops, moment = [], start
    for run, stop in gaps:
        stops.append((moment + timedelta(minutes=run), moment + timedelta(minutes=run + stop)))
        moment = stops[-1][1]
    found = count_due(start, Limit(value, unit), stops, calendar)  # type: ignore[arg-type]
    assert found.days[-1].total == pytest.approx(value)
    assert all(day.used >= 0 and day.stopped >= 0 for day in found.days)
    if not found.is_shifted and unit is LimitUnit.CALENDAR_DAY:
        # Plain time: the end moves by what lies between, to the microsecond.
        stood = sum((until - since for since, until in stops), timedelta())
        assert abs(found.due.at - start - timedelta(days=value) - stood) < timedelta(milliseconds=1)
