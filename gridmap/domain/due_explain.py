"""Why a limit is used up when it is: every day from the report to the due time, counted or skipped, with the reason."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import numpy as np

from gridmap.domain.calendar import is_weekday
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import Due, due_at
from gridmap.domain.due_calendar import DAY_US, US, DueCalendar, day_of
from gridmap.domain.due_convention import EndsAt, LastDayOff
from gridmap.errors import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)
LONGEST_EXPLAINED_DAYS = 4000


class DayKind(StrEnum):
    """What a day is in the calendar."""

    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


class ReportPart(StrEnum):
    """When on a working day the report came."""

    BEFORE_HOURS = "before_hours"
    IN_HOURS = "in_hours"
    AFTER_HOURS = "after_hours"


_KIND_WORDS = {
    DayKind.WORKING_DAY: "working day",
    DayKind.MAKE_UP_DAY: "make-up working day",
    DayKind.HOLIDAY: "holiday",
    DayKind.WEEKEND: "weekend",
}


@dataclass(frozen=True)
class ExplainedDay:
    """One day: `used` of the limit in its own unit (days or hours) up to the end of the day, and why.

    `reported` is the clock of the report on its own day, "" on others; `report_part` None on a day off. `is_passed` is
    the last day on which nothing of the limit was left, but the convention ends it there.
    """

    day: date
    is_counted: bool
    used: float
    total: float
    kind: DayKind
    name: str
    is_calendar_day: bool
    is_published: bool
    reported: str = ""
    report_part: ReportPart | None = None
    is_passed: bool = False

    @property
    def reason(self) -> str:
        """Say why, in English, as the command line does."""
        said = _KIND_WORDS[self.kind] + (f" ({self.name})" if self.name else "")
        if self.is_calendar_day:
            said = f"calendar day, {said}"
        elif not self.is_published:
            said += f"; the calendar of {self.day.year} is not published"
        if self.reported:
            said += f"; reported {self.reported}"
        if self.report_part is ReportPart.AFTER_HOURS:
            return f"{said}, after hours"
        if self.report_part is ReportPart.BEFORE_HOURS:
            said += ", before hours"
        if self.report_part is not None and not self.is_counted:
            said += ", the day of the report is not counted"
        return f"{said}; used up before, due here by the convention" if self.is_passed else said


@dataclass(frozen=True)
class Explanation:
    """The answer and the days that lead to it."""

    start: datetime
    due: Due
    days: tuple[ExplainedDay, ...]


def explain_due(start: datetime, limit: Limit, calendar: DueCalendar) -> Explanation:
    """Explain a due time; the days of the explanation add up to the limit.

    Raises
    ------
    InputError
        As `due_at`; and if so many days lie between that nobody would read them.
    """
    due = due_at(start, limit, calendar)
    first, last = _wall_us(start, calendar), _wall_us(due.at, calendar)
    numbers = range(first // DAY_US, (last - 1) // DAY_US + 1)
    if len(numbers) > LONGEST_EXPLAINED_DAYS:
        raise InputError(
            "The limit spans {n:,} days: up to {most:,} are explained.", n=len(numbers), most=LONGEST_EXPLAINED_DAYS
        )
    is_whole = calendar.convention.ends_at is EndsAt.CLOSE and limit.unit is not LimitUnit.WORKING_HOUR
    used = (
        _count_whole_days(start, numbers, limit, calendar)
        if is_whole
        else _measure(start, due, limit, numbers, calendar)
    )
    days, total = [], 0.0
    for number, share in zip(numbers, used, strict=True):
        total += share
        is_first = number == numbers[0]
        day = day_of(number)
        moved = calendar.exceptions.get(day)
        days.append(
            ExplainedDay(
                day,
                share > 0,
                share,
                total,
                kind=_find_kind(number, calendar),
                name=moved.note if moved is not None else "",
                is_calendar_day=limit.unit is LimitUnit.CALENDAR_DAY,
                is_published=day.year in calendar.published_years,
                reported=f"{start.astimezone(calendar.zone.zone):%H:%M}" if is_first else "",
                report_part=_find_report_part(first, calendar) if is_first else None,
                is_passed=not is_first and number == numbers[-1] and share == 0,
            )
        )
    return Explanation(start, due, tuple(days))


def _count_whole_days(start: datetime, numbers: range, limit: Limit, calendar: DueCalendar) -> list[float]:
    """Count whole days back from the last: which of the first ones count is what the convention decided."""
    if limit.unit is LimitUnit.WORKING_DAY:
        possible = [number for number in numbers if calendar.is_working[number]]
    else:
        # A last day that is moved is reached over days off that are not of the limit.
        stays = replace(calendar, convention=replace(calendar.convention, last_day_off=LastDayOff.STAYS))
        last = (_wall_us(due_at(start, limit, stays).at, calendar) - 1) // DAY_US
        possible = [number for number in numbers if number <= last]
    counted = set(possible[-int(limit.value) :])
    return [float(number in counted) for number in numbers]


def _measure(start: datetime, due: Due, limit: Limit, numbers: range, calendar: DueCalendar) -> list[float]:
    """Measure what of the running limit each day uses."""
    edges = np.array([*numbers, numbers[-1] + 1], np.int64) * DAY_US
    if limit.unit is LimitUnit.WORKING_HOUR:
        edges = calendar.zone.to_instant(edges, is_start=True)
        first, last = _instant_us(start), _instant_us(due.at)
        measured = calendar.in_fact.working_us_at(np.clip(edges, first, last))
        return [float(share) for share in np.diff(measured) / (3600 * US)]
    first, last = _wall_us(start, calendar), _wall_us(due.at, calendar)
    clipped = np.clip(edges, first, last)
    if limit.unit is LimitUnit.CALENDAR_DAY:
        clipped = np.minimum(clipped, first + round(limit.value * DAY_US))
        return [float(share) for share in np.diff(clipped) / DAY_US]
    return [float(share) for share in np.diff(calendar.on_wall.working_us_at(clipped)) / calendar.working_day_us]


def _find_kind(number: int, calendar: DueCalendar) -> DayKind:
    day = day_of(number)
    if calendar.is_working[number]:
        return DayKind.WORKING_DAY if is_weekday(day) else DayKind.MAKE_UP_DAY
    return DayKind.WEEKEND if calendar.exceptions.get(day) is None else DayKind.HOLIDAY


def _find_report_part(wall_us: int, calendar: DueCalendar) -> ReportPart | None:
    if not calendar.is_working[wall_us // DAY_US]:
        return None
    if wall_us % DAY_US >= calendar.hours.closes_s * US:
        return ReportPart.AFTER_HOURS
    return ReportPart.BEFORE_HOURS if wall_us % DAY_US < calendar.hours.opens_s * US else ReportPart.IN_HOURS


def _wall_us(at: datetime, calendar: DueCalendar) -> int:
    local = at.astimezone(calendar.zone.zone).replace(tzinfo=None)
    return (local - _WALL_EPOCH) // timedelta(microseconds=1)


def _instant_us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
