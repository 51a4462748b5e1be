"""When a limit is used up: one function for limits in working days, working hours and calendar days.

Working days and calendar days are counted on the wall clock of the zone, working hours as time that passes; the two
differ only over a change of the clocks. With the default convention and whole working days the answer is that of
`WorkingCalendar.due_at` and so of the incident triggers; tests hold all three together.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.clock import Limit, LimitUnit, WorkingCalendar
from gridmap.domain.due_calendar import DAY_US, END_YEAR, FIRST_YEAR, US, DueCalendar
from gridmap.domain.due_convention import CountsAs, EndsAt, LastDayOff, ReportDay, UsedUpAt
from gridmap.domain.office_hours import WHOLE_DAY
from gridmap.errors import InputError

LONGEST_DAYS = 10_000
"""Longest limit that is taken, in days: more is a slip of the pen, and would leave the calendar."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_START = datetime(FIRST_YEAR + 1, 1, 1, tzinfo=UTC)
_LAST_START = datetime(END_YEAR - 50, 1, 1, tzinfo=UTC)
Instants = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Due:
    """When a limit is used up (aware, UTC); provisional when it depends on a year not yet published.

    UTC, because two times of a zone in an hour that comes twice can't be compared.
    """

    at: datetime
    is_provisional: bool


def due_at(start: datetime, limit: Limit, calendar: DueCalendar) -> Due:
    """Find when a limit that starts with a report is used up.

    Parameters
    ----------
    start
        The report (aware). Out of working time a working limit starts to run when working time begins.
    limit
        In working days, working hours or calendar days.
    calendar
        Days, office hours, zone and convention.

    Raises
    ------
    InputError
        If the start has no zone or lies outside the years that can be computed with, or the limit is not positive, too
        long, or in parts of a day where the convention counts whole ones.
    """
    if start.tzinfo is None:
        raise InputError(f"The instant {start} has no time zone.")
    starts = np.array([(start - _EPOCH) // timedelta(microseconds=1)], np.int64)
    values = np.array([limit.value], np.float64)
    fault = list_faults(starts, values, limit.unit, calendar)[0]
    if fault:
        raise InputError(f"{start.isoformat()}, limit {limit.value:g} {limit.unit}: {fault}.")
    due_us, is_provisional = find_due_us(starts, values, limit.unit, calendar)
    return Due(_EPOCH + timedelta(microseconds=int(due_us[0])), bool(is_provisional[0]))


def list_faults(
    starts_us: Instants, values: NDArray[np.float64], unit: LimitUnit, calendar: DueCalendar
) -> NDArray[np.object_]:
    """List why each start and limit can't be computed with; "" where they can. Shape of the starts."""
    reasons = np.full(len(starts_us), "", object)
    with np.errstate(invalid="ignore", over="ignore"):
        reasons[values * _unit_us(unit, calendar) > LONGEST_DAYS * _day_us(unit, calendar)] = (
            f"the limit is longer than {LONGEST_DAYS:,} days"
        )
        reasons[~(np.rint(values * _unit_us(unit, calendar)) > 0)] = "the limit has to be a number greater than 0"
        if calendar.convention.ends_at is EndsAt.CLOSE and unit is not LimitUnit.WORKING_HOUR:
            reasons[(reasons == "") & (values != np.floor(values))] = (
                "a limit that ends at the close of a day has to be in whole days"
            )
    first, last = ((at - _EPOCH) // timedelta(microseconds=1) for at in (_FIRST_START, _LAST_START))
    reasons[(starts_us < first) | (starts_us >= last)] = (
        f"the start does not lie from {_FIRST_START.year} to {_LAST_START.year - 1}"
    )
    return reasons


def find_due_us(
    starts_us: Instants, values: NDArray[np.float64], unit: LimitUnit, calendar: DueCalendar
) -> tuple[Instants, Flags]:
    """Find for many starts when each one's limit is used up, and whether that is provisional.

    Parameters
    ----------
    starts_us
        Microseconds since 1970 UTC; without faults by `list_faults`.
    values
        One limit per start, or one for all.

    Returns
    -------
    tuple
        Due instants in microseconds since 1970 UTC, and whether each depends on a year not yet published.
    """
    convention = calendar.convention
    walls = calendar.zone.to_wall(starts_us)
    if unit is LimitUnit.WORKING_HOUR:
        due = _run(starts_us, values, unit, calendar, calendar.in_fact)
        return due, _is_provisional(walls, calendar.zone.to_wall(due), calendar)
    if unit is LimitUnit.CALENDAR_DAY:
        due_walls = _count_calendar_days(walls, values, calendar)
    elif convention.ends_at is EndsAt.CLOSE:
        due_walls = _count_working_days(walls, values, calendar)
    else:
        due_walls = _run(walls, values, unit, calendar, calendar.on_wall)
    due = calendar.zone.to_instant(due_walls, is_start=False)
    asks = unit is LimitUnit.WORKING_DAY or _asks_for_last_day(calendar)
    return due, _is_provisional(walls, due_walls, calendar) if asks else np.zeros(len(due), np.bool_)


def _run(
    starts: Instants, values: NDArray[np.float64], unit: LimitUnit, calendar: DueCalendar, working: WorkingCalendar
) -> Instants:
    """Let the clock run in working time."""
    due = working.add_working_us(starts, np.rint(values * _unit_us(unit, calendar)).astype(np.int64))
    if calendar.convention.used_up_at is UsedUpAt.NEXT_OPENING:
        index = np.searchsorted(working.starts_us, due, side="right") - 1
        due = np.where(due >= working.ends_us[index], working.starts_us[index + 1], due)
    return due


def _count_working_days(walls: Instants, values: NDArray[np.float64], calendar: DueCalendar) -> Instants:
    """Count whole working days to the close of the last one."""
    convention = calendar.convention
    day, is_working, is_after = _split(walls, calendar)
    # Number of the first working day that is not before the day of the start.
    here = np.searchsorted(calendar.work_days, day, side="left")
    counted = int(convention.report_day is ReportDay.COUNTED)
    moves = np.where(is_working, convention.after_hours_report, convention.day_off_report) == CountsAs.NEXT_WORKING_DAY
    is_out = is_after | ~is_working
    report_day = np.where(is_working & is_out & moves, here + 1, here)
    # A day that is over, or off, can't be the first of the limit, whatever is said of the day of the report.
    kept_out = is_out & ~moves
    last = report_day + values.astype(np.int64) - np.where(kept_out, np.where(is_working, 0, 1), counted)
    return np.asarray(calendar.work_days[last] * DAY_US + calendar.hours.closes_s * US, np.int64)


def _count_calendar_days(walls: Instants, values: NDArray[np.float64], calendar: DueCalendar) -> Instants:
    convention = calendar.convention
    is_close = convention.ends_at is EndsAt.CLOSE
    if is_close:
        day, _, is_after = _split(walls, calendar)
        # After hours the day of the report is over and can't be the first of the limit.
        counted = (convention.report_day is ReportDay.COUNTED) & ~is_after
        last, clock = day + values.astype(np.int64) - counted, np.zeros(len(walls), np.int64)
    else:
        due = walls + np.rint(values * DAY_US).astype(np.int64)
        last, clock = due // DAY_US, due % DAY_US
    if convention.last_day_off is LastDayOff.NEXT_WORKING_DAY:
        last = calendar.work_days[np.searchsorted(calendar.work_days, last, side="left")]
    if is_close:
        clock = np.where(calendar.is_working[last], calendar.hours.closes_s * US, DAY_US)
    return np.asarray(last * DAY_US + clock, np.int64)


def _split(walls: Instants, calendar: DueCalendar) -> tuple[Instants, Flags, Flags]:
    """Find of each time its day, whether that is worked, and whether its working time is over."""
    day = walls // DAY_US
    is_working = calendar.is_working[day]
    return day, is_working, is_working & (walls % DAY_US >= calendar.hours.closes_s * US)


def _asks_for_last_day(calendar: DueCalendar) -> bool:
    """Tell whether a limit in calendar days depends on which days are worked."""
    convention = calendar.convention
    return convention.last_day_off is LastDayOff.NEXT_WORKING_DAY or (
        convention.ends_at is EndsAt.CLOSE and calendar.hours != WHOLE_DAY
    )


def _is_provisional(walls: Instants, due_walls: Instants, calendar: DueCalendar) -> Flags:
    # 24:00 of 31 December is still of its year.
    first, last = (_year_index(walls), _year_index(due_walls - 1))
    return np.asarray(calendar.unpublished_until[last + 1] > calendar.unpublished_until[first])


def _year_index(walls: Instants) -> Instants:
    return (walls // DAY_US).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) - (FIRST_YEAR - 1970)


def _unit_us(unit: LimitUnit, calendar: DueCalendar) -> int:
    if unit is LimitUnit.WORKING_HOUR:
        return 3600 * US
    return _day_us(unit, calendar)


def _day_us(unit: LimitUnit, calendar: DueCalendar) -> int:
    return DAY_US if unit is LimitUnit.CALENDAR_DAY else calendar.working_day_us
