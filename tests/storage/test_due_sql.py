"""Due times of the database and of Python are one rule: every convention, limit and office hours, two zones."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np
import pytest

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import find_due_us, list_faults
from gridmap.domain.due_calendar import DueCalendar, make_due_calendar
from gridmap.domain.due_convention import DueConvention, EndsAt, list_rules, make_convention
from gridmap.domain.due_times import find_due_times_us
from gridmap.domain.office_hours import OfficeHours
from gridmap.errors import InputError
from gridmap.services.calendar import seed_calendar_on
from gridmap.storage.calendar import list_exceptions
from gridmap.storage.database import Connection

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOURS = ("00:00-24:00", "08:30-17:00", "08:30-12:00,13:30-17:30", "20:00-24:00", "01:30-02:30,09:00-12:00")
ZONES = ("Asia/Shanghai", "America/New_York")
# In New York clocks change on 8 March and on 1 November 2026: Sundays, made working days here.
SUNDAYS = (date(2026, 3, 8), date(2026, 11, 1))
LIMITS = (
    *(Limit(days, unit) for days in (1, 3, 10, 45) for unit in (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)),
    *(Limit(hours, LimitUnit.WORKING_HOUR) for hours in (1, 4, 7.5, 40)),
    Limit(0.5, LimitUnit.WORKING_DAY),
    Limit(1.5, LimitUnit.CALENDAR_DAY),
)


def list_conventions() -> list[DueConvention]:
    """List every combination of choices that does not contradict itself."""
    choices = [[f"{key}={choice}" for choice in choices] for key, choices in list_rules().items()]
    found = []
    for rules in product(*choices):
        try:
            found.append(make_convention("running-clock", rules))
        except InputError:
            continue
    return found


CONVENTIONS = list_conventions()


def make_calendar(connection: Connection, zone: str, hours: str) -> DueCalendar:
    seed_calendar_on(connection, today=date(2026, 11, 23))
    for name, value in (("timezone", zone), ("office_hours", hours)):
        connection.execute("UPDATE setting SET value = %s WHERE name = %s", [value, name])
    connection.execute("UPDATE calendar_day SET is_working = true WHERE day = ANY (%s)", [list(SUNDAYS)])
    connection.execute("SELECT rebuild_working_intervals()")
    return make_due_calendar(
        [*list_exceptions(connection), *(CalendarException(day, True, 2100) for day in SUNDAYS)],
        published_years=range(2004, 2027),
        timezone=zone,
        hours=OfficeHours.of_text(hours),
    )


def list_starts(zone: str, rng: random.Random) -> list[datetime]:
    """List instants anywhere in 2026, on the edges of office hours, and in the nights on which clocks change."""
    starts = [
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(330 * 86_400_000_000))
        for _ in range(12)
    ]
    offset = timedelta(hours=8 if zone == "Asia/Shanghai" else -5)
    midnights = [datetime(2026, 1, 1, tzinfo=UTC) - offset + timedelta(days=rng.randrange(330)) for _ in range(6)]
    starts += [at + timedelta(minutes=rng.choice((0, 510, 720, 810, 1020, 1050, 1200))) for at in midnights]
    changes = (datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC))
    starts += [at + timedelta(minutes=minutes) for at in changes for minutes in (-70, -30, 0, 30, 45)]
    return starts


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("zone", ZONES)
def test_both_give_the_same_instants(connection: Connection, zone: str, hours: str) -> None:
    rng = random.Random(f"{zone} {hours}")
    base = make_calendar(connection, zone, hours)
    # Every office hours meets every convention, half of them in each zone.
    half = (HOURS.index(hours) + ZONES.index(zone)) % 2
    for convention in CONVENTIONS[half::2]:
        calendar = replace(base, convention=convention)
        connection.execute("UPDATE setting SET value = %s WHERE name = 'due_rules'", [str(convention)])
        starts = list_starts(zone, rng)
        starts_us = np.array([(at - EPOCH) // timedelta(microseconds=1) for at in starts], np.int64)
        for limit in rng.sample(LIMITS, 4):
            if list_faults(starts_us, np.full(len(starts), limit.value), limit.unit, calendar).any():
                assert convention.ends_at is EndsAt.CLOSE
                continue
            rows = connection.execute(
                "SELECT near_due_at, due_at, twice_due_at, is_due_provisional(due_at, %s) "
                "FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS q (start, position) "
                "CROSS JOIN LATERAL due_times(q.start, %s::numeric, %s) ORDER BY position",
                [limit.unit, starts, limit.value, limit.unit],
            ).fetchall()
            expected = find_due_times_us(starts_us, limit, calendar)
            _, is_provisional = find_due_us(starts_us, np.full(len(starts), limit.value), limit.unit, calendar)
            for start, row, *times, provisional in zip(starts, rows, *expected, is_provisional, strict=True):
                instants = tuple(EPOCH + timedelta(microseconds=int(one)) for one in times)
                assert row[:3] == instants, (start, limit, str(convention), hours, zone)
                assert start < row[0] <= row[1] < row[2], (start, row, limit, str(convention))
                assert row[3] == provisional, (start, limit, str(convention))


def test_every_combination_is_there() -> None:
    # Two choices for each of six rules; report-day=counted goes only with ends-at=close.
    assert len(CONVENTIONS) == len({str(one) for one in CONVENTIONS}) == 48


def test_part_of_a_day_is_granted_whole_where_limits_end_with_a_day(connection: Connection) -> None:
    make_calendar(connection, "Asia/Shanghai", "08:30-17:00")
    rules = str(make_convention("civil-code"))
    connection.execute("UPDATE setting SET value = %s WHERE name = 'due_rules'", [rules])
    row = connection.execute(
        "SELECT (due_times(t, 1.5, 'working_day')).due_at, (due_times(t, 2, 'working_day')).due_at "
        "FROM (SELECT '2026-11-23 15:00+08'::timestamptz AS t) q"
    ).fetchone()
    assert row == (datetime(2026, 11, 25, 9, tzinfo=UTC),) * 2


def test_a_year_published_before_the_one_between_does_not_bridge_the_gap(connection: Connection) -> None:
    seed_calendar_on(connection, today=date(2026, 11, 23))
    connection.execute("UPDATE calendar_year SET is_published = true WHERE year = 2028")
    row = connection.execute("SELECT calendar_known_until()").fetchone()
    assert row == (datetime(2026, 12, 31, 16, tzinfo=UTC),)
    connection.execute("UPDATE calendar_year SET is_published = true WHERE year = 2027")
    row = connection.execute("SELECT calendar_known_until()").fetchone()
    assert row == (datetime(2028, 12, 31, 16, tzinfo=UTC),)
