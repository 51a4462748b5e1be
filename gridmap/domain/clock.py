"""Working time: adding it to an instant, and counting it between two.

Working time is a list of half-open intervals, each with the working time before it; both questions are then one binary
search. All arithmetic is in whole microseconds, the resolution of a PostgreSQL timestamp, so that the SQL form of the
same rule (migration 0003) answers the same instant to the last digit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.calendar import CalendarDay
from gridmap.errors import InputError, NotFoundError

DAY_S = 86_400
NEAR_SHARE = 0.75
"""An incident is near due when three quarters of its limit are used."""
TWICE_SHARE = 2.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = 1_000_000


class LimitUnit(StrEnum):
    """What a limit counts in."""

    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True)
class Limit:
    """A time limit such as 3 working days; `value` > 0."""

    value: float
    unit: LimitUnit


@dataclass(frozen=True)
class DueTimes:
    """The instants (aware, UTC) at which 75 %, 100 % and 200 % of a limit are used."""

    near: datetime
    due: datetime
    twice: datetime


@dataclass(frozen=True)
class WorkingCalendar:
    """Working intervals in microseconds since 1970 UTC: ``starts_us[i] <= t < ends_us[i]`` is working time.

    Sorted, not touching. `before_us[i]` is the working time before the start of interval i.
    """

    starts_us: NDArray[np.int64]
    ends_us: NDArray[np.int64]
    before_us: NDArray[np.int64]

    @classmethod
    def of_days(cls, days: Iterable[CalendarDay], *, timezone: str) -> Self:
        """Make it of days, each worked from midnight to midnight in the county's zone.

        Raises
        ------
        InputError
            If there is no working day, or a day is missing or comes twice.
        """
        zone = ZoneInfo(timezone)
        ordered = sorted(days, key=lambda one: one.day)
        for one, following in pairwise(ordered):
            if following.day - one.day != timedelta(days=1):
                raise InputError(f"The calendar has to name each day once: after {one.day} comes {following.day}.")
        starts: list[int] = []
        ends: list[int] = []
        for one in ordered:
            if not one.is_working:
                continue
            start = datetime(one.day.year, one.day.month, one.day.day, tzinfo=zone)
            following_day = one.day + timedelta(days=1)
            end = datetime(following_day.year, following_day.month, following_day.day, tzinfo=zone)
            if ends and ends[-1] == _to_us(start):
                ends[-1] = _to_us(end)
            else:
                starts.append(_to_us(start))
                ends.append(_to_us(end))
        return cls.of_intervals(np.array(starts, np.int64), np.array(ends, np.int64))

    @classmethod
    def of_intervals(cls, starts_us: NDArray[np.int64], ends_us: NDArray[np.int64]) -> Self:
        """Make it of sorted intervals that do not overlap.

        Raises
        ------
        InputError
            If there is none, or they are empty or out of order.
        """
        if not starts_us.size:
            raise InputError("The calendar has no working time.")
        if (ends_us <= starts_us).any() or (starts_us[1:] < ends_us[:-1]).any():
            raise InputError("The working intervals have to be sorted and must not overlap.")
        before = np.concatenate([[0], np.cumsum(ends_us - starts_us)[:-1]]).astype(np.int64)
        return cls(starts_us, ends_us, before)

    def working_us_at(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the working time from the start of the calendar to each instant; -1 before its start."""
        index = np.searchsorted(self.starts_us, instants_us, side="right") - 1
        known = np.maximum(index, 0)
        passed = self.before_us[known] + np.minimum(instants_us, self.ends_us[known]) - self.starts_us[known]
        return np.where(index < 0, -1, passed)

    def add_working_us(self, starts_us: NDArray[np.int64], working_us: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """Add working time (> 0) to each instant; the answer has the shape of the two broadcast together.

        An end of a run belongs to the run: one whole day from Thursday 24:00 ends Friday 24:00, not Monday 00:00.

        Raises
        ------
        InputError
            If a working time is not positive.
        NotFoundError
            If a start lies before the calendar or an answer behind it.
        """
        if (np.asarray(working_us) <= 0).any():
            raise InputError("The working time to add has to be positive.")
        at_start = self.working_us_at(starts_us)
        if (at_start < 0).any():
            raise NotFoundError(f"The calendar starts only at {_from_us(self.starts_us[0])}.")
        target = at_start + working_us
        index = np.searchsorted(self.before_us, target, side="left") - 1
        answer = np.asarray(self.starts_us[index] + (target - self.before_us[index]), np.int64)
        if (answer > self.ends_us[index]).any():
            raise NotFoundError(f"The calendar ends at {_from_us(self.ends_us[-1])}: import the years that follow.")
        return answer

    def add_working_time(self, start: datetime, working_s: float) -> datetime:
        """Add working seconds (> 0) to an aware instant; raises as `add_working_us`."""
        answer = self.add_working_us(np.array([_to_us(start)], np.int64), round(working_s * _US))
        return _from_us(answer[0])

    def working_seconds_between(self, start: datetime, end: datetime) -> float:
        """Count the working seconds from one aware instant to another; negative when end lies before start."""
        at = self.working_us_at(np.array([_to_us(start), _to_us(end)], np.int64))
        if (at < 0).any():
            raise NotFoundError(f"The calendar starts only at {_from_us(self.starts_us[0])}.")
        return float(at[1] - at[0]) / _US

    def due_at(self, start: datetime, limit: Limit, *, share: float = 1, working_day_s: int = DAY_S) -> datetime:
        """Find the instant at which a share of the limit is used.

        A working day is `working_day_s` working seconds; in a calendar of whole working days that is 86,400, so that
        three working days from Monday 15:00 are over on Thursday 15:00.
        """
        if limit.unit is LimitUnit.CALENDAR_DAY:
            return start.astimezone(UTC) + timedelta(microseconds=round(limit.value * DAY_S * share * _US))
        unit_s = working_day_s if limit.unit is LimitUnit.WORKING_DAY else 3600
        return self.add_working_time(start, limit.value * unit_s * share)

    def due_times(self, start: datetime, limit: Limit, *, working_day_s: int = DAY_S) -> DueTimes:
        """Find near due, due and twice due of a limit that starts to run at an instant."""
        return DueTimes(
            near=self.due_at(start, limit, share=NEAR_SHARE, working_day_s=working_day_s),
            due=self.due_at(start, limit, working_day_s=working_day_s),
            twice=self.due_at(start, limit, share=TWICE_SHARE, working_day_s=working_day_s),
        )


def _to_us(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise InputError(f"The instant {instant} has no time zone.")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _from_us(instant_us: np.int64) -> datetime:
    return _EPOCH + timedelta(microseconds=int(instant_us))
