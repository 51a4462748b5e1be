"""Due times against clocks that count: minute by minute, and day by day in the words of the rules."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import due_at
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar
from gridmap.domain.due_convention import make_convention
from gridmap.domain.office_hours import OfficeHours

ZONE = ZoneInfo("Asia/Shanghai")
# National Day 2026 as published: 1 to 7 October off; Sunday 20 September and Saturday 10 October worked.
EXCEPTIONS = [
    *(CalendarException(date(2026, 10, day), False, 2026) for day in range(1, 8)),
    CalendarException(date(2026, 9, 20), True, 2026),
    CalendarException(date(2026, 10, 10), True, 2026),
]
NEW_YORK = ZoneInfo("America/New_York")
# In 2026 the clocks go back on Sunday 1 November, which is worked here.
SUNDAYS = [CalendarException(date(2026, 3, 8), True, 2026), CalendarException(date(2026, 11, 1), True, 2026)]


def new_york(hours: str) -> DueCalendar:
    return make_due_calendar(
        SUNDAYS, published_years=[2026], timezone="America/New_York", hours=OfficeHours.of_text(hours)
    )


SPANS = {
    "08:30-17:00": [(time(8, 30), time(17))],
    "08:30-12:00,13:30-17:30": [(time(8, 30), time(12)), (time(13, 30), time(17, 30))],
    "00:00-24:00": [(time(0), time.max)],
    "20:00-24:00": [(time(20), time.max)],
}
LENGTHS = {"08:30-17:00": 510, "08:30-12:00,13:30-17:30": 450, "00:00-24:00": 1440, "20:00-24:00": 240}


def is_worked(wall: datetime, exceptions: list[CalendarException], hours: str) -> bool:
    named = {one.day: one.is_working for one in exceptions}
    if not named.get(wall.date(), wall.weekday() < 5):
        return False
    return any(opens <= wall.time() < closes for opens, closes in SPANS[hours])


@cache
def worked_minutes(hours: str, *, on_wall: bool) -> tuple[datetime, list[bool]]:
    """Each minute of autumn 2026 in New York: of the wall clock, or as time passes."""
    first = datetime(2026, 9, 1)
    minutes = [first + timedelta(minutes=count) for count in range(100 * 1440)]
    if not on_wall:
        minutes = [one.replace(tzinfo=UTC).astimezone(NEW_YORK).replace(tzinfo=None) for one in minutes]
    return first, [is_worked(one, SUNDAYS, hours) for one in minutes]


def step(start: datetime, count: int, hours: str, *, on_wall: bool) -> datetime:
    """Let a minute pass at a time until `count` worked ones are over."""
    first, worked = worked_minutes(hours, on_wall=on_wall)
    index = int((start - first).total_seconds() // 60)
    while count:
        count -= worked[index]
        index += 1
    return first + timedelta(minutes=index)


CALENDARS = {hours: new_york(hours) for hours in SPANS}
STARTS = st.integers(0, 70 * 1440).map(lambda count: datetime(2026, 9, 2) + timedelta(minutes=count))


# The first example of a run also makes the calendar.
@given(start=STARTS, minutes=st.integers(1, 2400), hours=st.sampled_from(sorted(SPANS)))
def test_working_hours_agree_with_counting_minutes_that_pass(start: datetime, minutes: int, hours: str) -> None:
    found = due_at(start.replace(tzinfo=UTC), Limit(minutes / 60, LimitUnit.WORKING_HOUR), CALENDARS[hours])
    assert found.at == step(start, minutes, hours, on_wall=False).replace(tzinfo=UTC)


# The first example of a run also makes the calendar.
@given(start=STARTS, days=st.integers(1, 8), hours=st.sampled_from(sorted(SPANS)))
def test_working_days_agree_with_counting_minutes_of_the_wall_clock(start: datetime, days: int, hours: str) -> None:
    aware = start.replace(tzinfo=NEW_YORK)
    expected = step(start, days * LENGTHS[hours], hours, on_wall=True)
    found = due_at(aware, Limit(days, LimitUnit.WORKING_DAY), CALENDARS[hours])
    assert found.at.astimezone(NEW_YORK).replace(tzinfo=None) == expected


def count_days(start: datetime, days: int, *, closes: time, rules: dict[str, str]) -> date:
    """Count whole working days in the words of the rules, a day at a time."""
    named = {one.day: one.is_working for one in EXCEPTIONS}

    def is_working(day: date) -> bool:
        return named.get(day, day.weekday() < 5)

    def next_working(day: date) -> date:
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
        return day

    day = start.date()
    is_off, is_late = not is_working(day), is_working(day) and start.time() >= closes
    can_count = not (is_off or is_late)
    moved = (is_off and rules["day-off-report"] == "next-working-day") or (
        is_late and rules["after-hours-report"] == "next-working-day"
    )
    if moved:
        day, can_count = next_working(day), True
    if rules["report-day"] == "counted" and can_count:
        days -= 1
    for _ in range(days):
        day = next_working(day)
    return day


# The first example of a run also makes the calendar.
@given(
    start=st.integers(0, 300 * 1440).map(lambda count: datetime(2026, 1, 5) + timedelta(minutes=count)),
    days=st.integers(1, 15),
    rules=st.fixed_dictionaries(
        {
            "report-day": st.sampled_from(["counted", "not-counted"]),
            "day-off-report": st.sampled_from(["own-day", "next-working-day"]),
            "after-hours-report": st.sampled_from(["own-day", "next-working-day"]),
        }
    ),
)
def test_days_to_the_close_agree_with_counting_days(start: datetime, days: int, rules: dict[str, str]) -> None:
    calendar = closing(tuple(sorted(rules.items())))
    found = due_at(start.replace(tzinfo=ZONE), Limit(days, LimitUnit.WORKING_DAY), calendar)
    expected = count_days(start, days, closes=time(17, 30), rules=rules)
    assert found.at == datetime.combine(expected, time(17, 30), ZONE)
    assert found.at > start.replace(tzinfo=ZONE)


@cache
def closing(rules: tuple[tuple[str, str], ...]) -> DueCalendar:
    return make_due_calendar(
        EXCEPTIONS,
        published_years=[2026],
        hours=OfficeHours.of_text("08:30-12:00,13:30-17:30"),
        convention=make_convention("civil-code", [f"{key}={value}" for key, value in rules]),
    )
