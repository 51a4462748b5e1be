"""All that a due time depends on besides its start and its limit: days, office hours, zone and convention."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.calendar import CalendarException
from gridmap.domain.clock import DAY_S, WorkingCalendar
from gridmap.domain.due_convention import RUNNING_CLOCK, DueConvention
from gridmap.domain.due_zone import ZoneTable
from gridmap.domain.office_hours import WHOLE_DAY, OfficeHours
from gridmap.errors import InputError

US = 1_000_000
DAY_US = DAY_S * US
FIRST_YEAR, END_YEAR = 1970, 2200
"""Years that can be computed with. Those without a published calendar follow the week, and make a due time provisional.
"""

_FIRST_DAY = date(FIRST_YEAR, 1, 1)
_DAYS = (date(END_YEAR, 1, 1) - _FIRST_DAY).days


@dataclass(frozen=True, eq=False)
class DueCalendar:
    """Days are numbered from 1970-01-01 = 0; times are microseconds. Make one with `make_due_calendar`."""

    exceptions: Mapping[date, CalendarException]
    published_years: frozenset[int]
    hours: OfficeHours
    convention: DueConvention
    zone: ZoneTable
    is_working: NDArray[np.bool_]
    """By day number."""
    work_days: NDArray[np.int64]
    """Day numbers of the working days, in order."""
    on_wall: WorkingCalendar
    """Working time as the wall clock shows it: for limits in days."""
    in_fact: WorkingCalendar
    """Working time as it passes: for limits in hours, also in a night that has 23."""
    unpublished_until: NDArray[np.int64]
    """By year - FIRST_YEAR + 1: how many years from FIRST_YEAR up to and with it have no published calendar."""

    @property
    def working_day_us(self) -> int:
        """Working time of one working day on the wall clock."""
        return self.hours.length_s * US


def make_due_calendar(
    exceptions: Iterable[CalendarException],
    *,
    published_years: Iterable[int],
    timezone: str = "Asia/Shanghai",
    hours: OfficeHours = WHOLE_DAY,
    convention: DueConvention = RUNNING_CLOCK,
) -> DueCalendar:
    """Make the calendar: the week, changed by the exceptions; where two notices name one day the later year's wins.

    Parameters
    ----------
    published_years
        Years whose exceptions are all known; a due time that depends on another year is provisional.

    Raises
    ------
    InputError
        If the zone is not known, or an exception or a published year lies outside the years that can be computed with.
    """
    moved: dict[date, CalendarException] = {}
    for exception in sorted(exceptions, key=lambda one: one.notice_year):
        if not FIRST_YEAR <= exception.day.year < END_YEAR:
            raise InputError(f"The calendar reaches from {FIRST_YEAR} to {END_YEAR - 1}: {exception.day} is outside.")
        moved[exception.day] = exception
    years = frozenset(published_years)
    if any(not FIRST_YEAR <= year < END_YEAR for year in years):
        raise InputError(f"The calendar reaches from {FIRST_YEAR} to {END_YEAR - 1}, not from {min(years)}.")
    numbers = np.arange(_DAYS, dtype=np.int64)
    is_working = (numbers + _FIRST_DAY.weekday()) % 7 < 5
    for day, exception in moved.items():
        is_working[number_of(day)] = exception.is_working
    work_days = np.flatnonzero(is_working).astype(np.int64)
    zone = _find_zone(timezone)
    starts, ends = _make_spans(work_days, hours)
    starts_utc, ends_utc = zone.to_instant(starts, is_start=True), zone.to_instant(ends, is_start=False)
    # Office hours that the clocks were put forward over are none on that day.
    lasting = ends_utc > starts_utc
    unpublished = [year not in years for year in range(FIRST_YEAR, END_YEAR)]
    return DueCalendar(
        exceptions=moved,
        published_years=years,
        hours=hours,
        convention=convention,
        zone=zone,
        is_working=is_working,
        work_days=work_days,
        on_wall=WorkingCalendar.of_intervals(starts, ends),
        in_fact=WorkingCalendar.of_intervals(starts_utc[lasting], ends_utc[lasting]),
        unpublished_until=np.concatenate([[0], np.cumsum(unpublished)]).astype(np.int64),
    )


def number_of(day: date) -> int:
    """Number a day: 1970-01-01 is 0."""
    return (day - _FIRST_DAY).days


def day_of(number: int) -> date:
    """Find the day of a number."""
    return _FIRST_DAY + timedelta(days=number)


@lru_cache(maxsize=8)
def _find_zone(timezone: str) -> ZoneTable:
    """Find the table of a zone; asking every day of two centuries takes 0.1 s."""
    return ZoneTable.of_name(timezone, first_year=FIRST_YEAR, end_year=END_YEAR)


def _make_spans(work_days: NDArray[np.int64], hours: OfficeHours) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    spans = np.array(hours.spans_s, np.int64) * US
    starts = (work_days[:, None] * DAY_US + spans[None, :, 0]).ravel()
    ends = (work_days[:, None] * DAY_US + spans[None, :, 1]).ravel()
    # Whole days that follow each other are one span: the end of a run is told apart from a midnight inside it.
    is_new = np.concatenate([[True], starts[1:] != ends[:-1]])
    return starts[is_new], ends[np.concatenate([is_new[1:], [True]])]
