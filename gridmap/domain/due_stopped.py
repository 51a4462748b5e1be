"""The days of a due time whose clock stood for a while: what each day used of the limit, and what stood still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import Due
from gridmap.domain.due_calendar import DAY_US, US, DueCalendar, number_of
from gridmap.domain.due_convention import EndsAt
from gridmap.domain.due_explain import ExplainedDay, explain_due

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_SAME = 1e-6
Instants = NDArray[np.int64]


@dataclass(frozen=True)
class CountedDay:
    """A day with what it used of the limit and what of its time the clock stood, in the unit of the limit."""

    explained: ExplainedDay
    used: float
    stopped: float
    total: float


@dataclass(frozen=True)
class CountedDue:
    """The due time, and the days that lead to it; `is_shifted`: the stops are not in the days but move the end.

    `due` is then without the stops where limits end at the close of a day.
    """

    due: Due
    days: tuple[CountedDay, ...]
    is_shifted: bool


def count_due(
    start: datetime, limit: Limit, stops: Sequence[tuple[datetime, datetime]], calendar: DueCalendar
) -> CountedDue:
    """Count a limit that starts with a report and stands still in the stops.

    A limit that ends at the close of a day is in whole days, and a stop is not; and a clock may stand only after the
    limit was used up. There the days are those of the limit alone and `is_shifted` says that the stops come on top, as
    in the database.

    Parameters
    ----------
    stops
        Spans in which the clock stood and went on again (aware), disjoint, from the report on.

    Raises
    ------
    InputError
        As `gridmap.domain.due_explain.explain_due`.
    """
    spans = np.array([[(one - _EPOCH) // _US for one in span] for span in stops], np.int64).reshape(-1, 2)
    stood = float((_measure(spans[:, 1], limit.unit, calendar) - _measure(spans[:, 0], limit.unit, calendar)).sum())
    alone = explain_due(start, limit, calendar)
    days = tuple(CountedDay(day, day.used, 0.0, day.total) for day in alone.days)
    if not stood > 0:
        return CountedDue(alone.due, days, is_shifted=False)
    if calendar.convention.ends_at is EndsAt.CLOSE and limit.unit is not LimitUnit.WORKING_HOUR:
        return CountedDue(alone.due, days, is_shifted=True)
    moved = explain_due(start, Limit(limit.value + stood, limit.unit), calendar)
    counted, total = [], 0.0
    for day in moved.days:
        stopped = min(_measure_on(day, spans, limit.unit, calendar), day.used)
        total += day.used - stopped
        counted.append(CountedDay(day, day.used - stopped, stopped, total))
    # What was used up before the clock stood (closed when it was overdue, then reopened) is moved all the same.
    if abs(total - limit.value) > _SAME:
        return CountedDue(moved.due, days, is_shifted=True)
    return CountedDue(moved.due, tuple(counted), is_shifted=False)


def _measure_on(day: ExplainedDay, spans: Instants, unit: LimitUnit, calendar: DueCalendar) -> float:
    edges = np.array([number_of(day.day), number_of(day.day) + 1], np.int64) * DAY_US
    opens, closes = calendar.zone.to_instant(edges, is_start=True)
    since, until = np.clip(spans[:, 0], opens, closes), np.clip(spans[:, 1], opens, closes)
    return float((_measure(until, unit, calendar) - _measure(since, unit, calendar)).sum())


def _measure(instants_us: Instants, unit: LimitUnit, calendar: DueCalendar) -> NDArray[np.float64]:
    """Measure from the calendar's beginning to instants, in the unit of the limit."""
    if unit is LimitUnit.CALENDAR_DAY:
        return np.asarray(instants_us / DAY_US, np.float64)
    if unit is LimitUnit.WORKING_HOUR:
        return np.asarray(calendar.in_fact.working_us_at(instants_us) / (3600 * US), np.float64)
    walls = calendar.zone.to_wall(instants_us)
    return np.asarray(calendar.on_wall.working_us_at(walls) / calendar.working_day_us, np.float64)
