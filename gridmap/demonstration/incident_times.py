"""When incidents are reported and closed: the rhythm of days, the limits, units bad at keeping them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np

from gridmap.demonstration.plane import Floats, Ints
from gridmap.domain.calendar import CalendarDay, is_weekday
from gridmap.domain.clock import WorkingCalendar

TIMEZONE = "Asia/Shanghai"
HOUR_US = 3_600_000_000
# China keeps one time, without summer time, since 1992.
_ZONE_US = 8 * HOUR_US
_HOURS = np.asarray(
    (1, 1, 1, 1, 1, 2, 5, 11, 19, 23, 21, 15, 9, 10, 17, 20, 18, 14, 11, 10, 8, 6, 4, 2), dtype=np.float64
)
_WEEKDAYS = np.asarray((1.25, 1.1, 1.05, 1.0, 1.05, 0.72, 0.62))
# In the last days the heating comes on: more reports, as every November.
_RUSH_DAYS = 5
_RUSH = 4.2
# Of all; most of them are closed before, which takes the dispatch with it: about three in a hundred remain late.
_LATE_DISPATCH = 0.1
# Of what is left lying past its due time: the share that no card moves; how late in the second limit the others end.
_STUCK, _STUCK_LONG = 0.008, 0.15
_HURRY = 0.4
_LONG_US = 10 * 24 * HOUR_US
# Closings move into office hours afterwards, up to eight hours later.
_BEFORE_RED_US = 9 * HOUR_US


@dataclass(frozen=True)
class Clock:
    """Working time around ``now``, in microseconds since 1970."""

    calendar: WorkingCalendar
    now_us: int

    def count_working_us(self, instants_us: Ints) -> Ints:
        """Count the working microseconds from the start of the calendar to each instant."""
        return self.calendar.working_us_at(instants_us)

    def find_instants(self, working_us: Ints) -> Ints:
        """Return the instants at which so much working time has passed since the start of the calendar."""
        calendar = self.calendar
        index = np.clip(np.searchsorted(calendar.before_us, working_us, side="right") - 1, 0, None)
        return np.asarray(calendar.starts_us[index] + (working_us - calendar.before_us[index]), dtype=np.int64)


def make_clock(now: datetime, days: int) -> Clock:
    """Make the working calendar of the period; days of unpublished years follow the week."""
    today = now.astimezone(ZoneInfo(TIMEZONE)).date()
    span = [today + timedelta(days=step) for step in range(-days - 60, 500)]
    listed = [CalendarDay(day, _is_working(day)) for day in span]
    return Clock(WorkingCalendar.of_days(listed, timezone=TIMEZONE), _to_us(now))


def _is_working(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return is_weekday(day)


def _to_us(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def draw_reported(rng: np.random.Generator, now: datetime, days: int, count: int) -> Ints:
    """Draw instants of report over the days before ``now``, by weekday and hour, none after ``now``; sorted."""
    zone = ZoneInfo(TIMEZONE)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [midnight - timedelta(days=step) for step in range(days, -1, -1)]
    age = np.arange(days, -1, -1)
    weight = _WEEKDAYS[[start.weekday() for start in starts]] * np.where(age < _RUSH_DAYS, _RUSH, 1.0)
    table = (weight[:, None] * _HOURS[None, :]).ravel()
    cell_us = np.asarray([_to_us(start) for start in starts])[:, None] + np.arange(24)[None, :] * HOUR_US
    ahead = np.clip((_to_us(now) - cell_us.ravel()) / HOUR_US, 0.0, 1.0)
    table = table * ahead
    cell = rng.choice(len(table), count, p=table / table.sum())
    inside = (rng.random(count) * ahead[cell] * HOUR_US).astype(np.int64)
    return np.sort(cell_us.ravel()[cell] + inside)


def draw_used_shares(rng: np.random.Generator, tardiness: Floats) -> Floats:
    """Draw which share of its limit each item will have used when it is resolved; above 1 is overdue."""
    share = np.exp(rng.normal(-0.5, 0.3, len(tardiness))) * tardiness
    drawn: Floats = np.clip(share, 0.02, 12.0)
    return drawn


def draw_stays(rng: np.random.Generator, limit_us: Ints) -> Ints:
    """Draw how long the slow items stay past their due time, working microseconds.

    A yellow card at the due time makes units hurry before the red one at twice of it: most are closed late in that
    time. A few are stuck, so that a county has a red card on most days and a black one a few times a month.
    """
    hurried = rng.random(len(limit_us)) ** _HURRY * np.maximum(limit_us - _BEFORE_RED_US, limit_us // 4)
    is_long = limit_us >= _LONG_US
    stuck = (
        1.0 + np.where(is_long, rng.uniform(0.3, 0.95, len(limit_us)), rng.exponential(0.5, len(limit_us)))
    ) * limit_us
    is_stuck = rng.random(len(limit_us)) < np.where(is_long, _STUCK_LONG, _STUCK)
    return np.asarray(np.where(is_stuck, stuck, hurried), dtype=np.int64)


def move_to_office_hours(instants_us: Ints) -> Ints:
    """Move instants that count through day and night into the eight to eighteen o'clock of their day, order kept."""
    of_day = (instants_us + _ZONE_US) % (24 * HOUR_US)
    return np.asarray(instants_us - of_day + 8 * HOUR_US + of_day * 10 // 24, dtype=np.int64)


def draw_visits(rng: np.random.Generator, limit_us: Ints) -> Ints:
    """Draw how long it takes, by the clock on the wall, where somebody goes at once: hours, well inside the limit."""
    visit = np.exp(rng.normal(np.log(1.3), 0.8, len(limit_us))) * HOUR_US
    return np.asarray(np.clip(visit, 600_000_000, limit_us * 0.7), dtype=np.int64)


def draw_dispatched(rng: np.random.Generator, clock: Clock, reported_us: Ints) -> tuple[Ints, Ints]:
    """Draw when each report is accepted and dispatched: minutes and an hour or two, a few only after a working day."""
    accepted = reported_us + (rng.exponential(7.0, len(reported_us)) * 60e6).astype(np.int64)
    usual = accepted + (np.exp(rng.normal(-0.2, 0.8, len(reported_us))) * HOUR_US).astype(np.int64)
    late = clock.find_instants(
        clock.count_working_us(reported_us) + (rng.uniform(1.02, 1.9, len(reported_us)) * 24 * HOUR_US).astype(np.int64)
    )
    return accepted, np.where(rng.random(len(reported_us)) < _LATE_DISPATCH, late, usual)


def draw_near_due(rng: np.random.Generator, clock: Clock, limit_us: Ints) -> Ints:
    """Return instants of report for items that fall due within the next three working hours, most soon."""
    ahead = (3.0 * HOUR_US * rng.random(len(limit_us)) ** 2).astype(np.int64) + 20_000_000
    passed = clock.count_working_us(np.full(len(limit_us), clock.now_us)) - limit_us + ahead
    # A limit of a few hours can't have started after now.
    return np.minimum(clock.find_instants(passed), clock.now_us)
