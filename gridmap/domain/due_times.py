"""Near due, due and twice due under any convention: what the incidents of the database get (migration 0011)."""

import numpy as np

from gridmap.domain.clock import NEAR_SHARE, Limit, LimitUnit
from gridmap.domain.due import Instants, find_due_us
from gridmap.domain.due_calendar import DueCalendar
from gridmap.domain.due_convention import EndsAt


def find_due_times_us(starts_us: Instants, limit: Limit, calendar: DueCalendar) -> tuple[Instants, Instants, Instants]:
    """Find when 75 %, 100 % and 200 % of a limit are used, for many starts.

    A clock that runs has used 75 % when it has run so long, and 200 % when it has run twice as long. A limit in days
    that ends with a day has no three quarters of its own: it is near due when three quarters of the working time from
    the report to the due time have passed; twice is the due time of the double limit. Of calendar days it is the time
    from the report to the due time, wherever a day off has moved that, of which three quarters and the double count.

    Parameters
    ----------
    starts_us
        Microseconds since 1970 UTC; they and the limit without faults by `gridmap.domain.due.list_faults`.

    Returns
    -------
    tuple
        Near due, due and twice due, in microseconds since 1970 UTC.
    """
    values = np.full(len(starts_us), limit.value)
    due, _ = find_due_us(starts_us, values, limit.unit, calendar)
    walls, due_walls = calendar.zone.to_wall(starts_us), calendar.zone.to_wall(due)
    if limit.unit is LimitUnit.CALENDAR_DAY:
        span = due_walls - walls
        near_walls, twice_walls = walls + _three_quarters(span), walls + 2 * span
        return (
            calendar.zone.to_instant(near_walls, is_start=False),
            due,
            calendar.zone.to_instant(twice_walls, is_start=False),
        )
    twice, _ = find_due_us(starts_us, values * 2, limit.unit, calendar)
    if limit.unit is LimitUnit.WORKING_HOUR or calendar.convention.ends_at is EndsAt.SAME_TIME:
        near, _ = find_due_us(starts_us, values * NEAR_SHARE, limit.unit, calendar)
        return near, due, twice
    passed, until = calendar.on_wall.working_us_at(walls), calendar.on_wall.working_us_at(due_walls)
    near_walls = calendar.on_wall.add_working_us(walls, _three_quarters(until - passed))
    return calendar.zone.to_instant(near_walls, is_start=False), due, twice


def _three_quarters(span_us: Instants) -> Instants:
    # In whole microseconds, so that the SQL form rounds alike.
    return np.asarray((span_us * 3 + 2) // 4, np.int64)
