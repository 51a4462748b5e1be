"""When a stage of a limit is due: from the report, moved on by what came before it was past.

The database answers it for an incident by the same rule (SQL `stage_times`, migration 0022); a test holds both to the
same instant.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np

from gridmap.domain.clock import Limit, LimitUnit
from gridmap.domain.due import find_due_us
from gridmap.domain.due_calendar import DAY_US, US, DueCalendar
from gridmap.domain.due_convention import EndsAt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def find_stage_due(
    reported_at: datetime,
    limit: Limit,
    calendar: DueCalendar,
    *,
    stops: Sequence[tuple[datetime, datetime]] = (),
    extension: Limit | None = None,
    extended_at: datetime | None = None,
) -> datetime:
    """Find when a stage is due (UTC). A stage that was past when its clock stood or was extended keeps its due time.

    Parameters
    ----------
    reported_at
        The report (aware), from which every stage counts.
    stops
        Spans in which the clock stood and went on again (aware), disjoint, in their order.
    extension, extended_at
        What was granted on top of the whole limit and when; without an instant it was granted from the report on. In
        another unit than the stage's it moves the stage on by so much time.
    """
    happened: list[tuple[datetime, datetime | None]] = [(since, until) for since, until in stops]
    is_extended = extension is not None and extended_at is None
    if extension is not None and extended_at is not None:
        happened.append((extended_at, None))
    stopped_us = 0
    due = _find_due(reported_at, limit, calendar, stopped_us, extension if is_extended else None)
    for at, until in sorted(happened, key=lambda one: (one[0], one[1] is not None, one[1] or one[0])):
        if due <= at:
            break
        if until is None:
            is_extended = True
        else:
            stopped_us += _measure_us(at, until, limit.unit, calendar)
        due = _find_due(reported_at, limit, calendar, stopped_us, extension if is_extended else None)
    return due


def _find_due(
    reported_at: datetime, limit: Limit, calendar: DueCalendar, stopped_us: int, extension: Limit | None
) -> datetime:
    value = limit.value
    if extension is not None and extension.unit is limit.unit:
        value += extension.value
    if calendar.convention.ends_at is EndsAt.CLOSE and limit.unit is not LimitUnit.WORKING_HOUR:
        # Part of a day is granted whole where limits end with a day.
        value = ceil(value)
    start_us = np.array([(reported_at - _EPOCH) // _US], np.int64)
    due_us = int(find_due_us(start_us, np.array([value], np.float64), limit.unit, calendar)[0][0])
    due_us = _move_us(due_us, stopped_us, is_plain=limit.unit is LimitUnit.CALENDAR_DAY, calendar=calendar)
    if extension is not None and extension.unit is not limit.unit:
        unit_us = {
            LimitUnit.WORKING_HOUR: 3600 * US,
            LimitUnit.WORKING_DAY: calendar.working_day_us,
            LimitUnit.CALENDAR_DAY: DAY_US,
        }[extension.unit]
        is_plain = extension.unit is LimitUnit.CALENDAR_DAY
        due_us = _move_us(due_us, round(extension.value * unit_us), is_plain=is_plain, calendar=calendar)
    return _EPOCH + due_us * _US


def _move_us(due_us: int, by_us: int, *, is_plain: bool, calendar: DueCalendar) -> int:
    if by_us <= 0:
        return due_us
    return due_us + by_us if is_plain else int(calendar.in_fact.add_working_us(np.array([due_us], np.int64), by_us)[0])


def _measure_us(since: datetime, until: datetime, unit: LimitUnit, calendar: DueCalendar) -> int:
    if unit is LimitUnit.CALENDAR_DAY:
        return (until - since) // _US
    edges = np.array([(at - _EPOCH) // _US for at in (since, until)], np.int64)
    before, after = calendar.in_fact.working_us_at(edges)
    return int(after - before)
