"""Due times outside the database: one start, with the days that lead to the answer, or a file of millions.

The calendar is the published Chinese one that comes with the program, and the files of holidays that are given.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from gridmap.domain.clock import Limit
from gridmap.domain.due import due_at
from gridmap.domain.due_calendar import US, DueCalendar, make_due_calendar
from gridmap.domain.due_convention import make_convention
from gridmap.domain.due_explain import Explanation, explain_due
from gridmap.domain.due_holidays import join_holidays, make_holidays, make_holidays_of_notices
from gridmap.domain.due_times import find_due_times_us
from gridmap.domain.office_hours import WHOLE_DAY, OfficeHours
from gridmap.errors import InputError, NotFoundError
from gridmap.services.calendar import list_seed_notices

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class DueOptions:
    """What the calendar is made of."""

    timezone: str = "Asia/Shanghai"
    hours: str | None = None
    """Such as ``08:30-12:00,13:30-17:30``; None is the whole working day."""
    convention: str = "running-clock"
    rules: tuple[str, ...] = ()
    """Single rules that differ from the convention, such as ``report-day=counted``."""
    holidays: tuple[Path, ...] = ()


@dataclass(frozen=True)
class MadeCalendar:
    """The calendar, and what was taken for granted."""

    calendar: DueCalendar
    notes: list[str] = field(default_factory=list)


def make_calendar(options: DueOptions) -> MadeCalendar:
    """Make the calendar of the options.

    Raises
    ------
    InputError, NotFoundError
        If a file is missing or wrong, or an option is not known.
    """
    hours = WHOLE_DAY if options.hours is None else OfficeHours.of_text(options.hours)
    convention = make_convention(options.convention, options.rules)
    files = [make_holidays(_read_json(path), where=path.name) for path in options.holidays]
    joined = join_holidays(make_holidays_of_notices(list_seed_notices()), files)
    notes = [
        f"{path.name} names no day: its year is not published yet"
        for path, one in zip(options.holidays, files, strict=True)
        if not one.years
    ]
    if joined.is_list:
        years = ", ".join(map(str, sorted(joined.years))) or "none"
        notes.append(f"the week and the days off listed, without the Chinese calendar; published years: {years}")
    calendar = make_due_calendar(
        joined.exceptions,
        published_years=joined.years,
        timezone=options.timezone,
        hours=hours,
        convention=convention,
    )
    return MadeCalendar(calendar, notes)


def find_due(start: str, limit: Limit, calendar: DueCalendar, *, with_days: bool = True) -> Explanation:
    """Find when a limit is used up that starts at a time as people write it, and explain it.

    Parameters
    ----------
    start
        ISO 8601; without an offset from UTC it is the wall clock of the calendar's zone.
    with_days
        False leaves the days out, which have no end for a limit of decades.

    Raises
    ------
    InputError
        If the start can't be read or was never on the wall, or as `gridmap.domain.due.due_at`.
    """
    read = _read_start(start, calendar)
    return explain_due(read, limit, calendar) if with_days else Explanation(read, due_at(read, limit, calendar), ())


def find_thresholds(explanation: Explanation, limit: Limit, made: MadeCalendar) -> tuple[datetime, datetime]:
    """Find near due and twice overdue of an explained due time (aware, UTC)."""
    start_us = np.array([(explanation.start - _EPOCH) // timedelta(microseconds=1)], np.int64)
    near, _, twice = find_due_times_us(start_us, limit, made.calendar)
    return _EPOCH + timedelta(microseconds=int(near[0])), _EPOCH + timedelta(microseconds=int(twice[0]))


def list_unpublished_years(explanation: Explanation, calendar: DueCalendar) -> list[int]:
    """List the years that make the answer provisional."""
    if not explanation.due.is_provisional:
        return []
    first = explanation.start.astimezone(calendar.zone.zone).year
    # 24:00 of 31 December is still of its year.
    last = (explanation.due.at - timedelta(microseconds=1)).astimezone(calendar.zone.zone).year
    return [year for year in range(first, last + 1) if year not in calendar.published_years]


def _read_start(text: str, calendar: DueCalendar) -> datetime:
    try:
        start = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"START {text!r} is not of the form 2026-11-23T15:00 or 2026-11-23T15:00+08:00.") from None
    if start.tzinfo is not None:
        return start
    wall = np.array([(start - _WALL_EPOCH) // timedelta(microseconds=1)], np.int64)
    if calendar.zone.is_skipped(wall)[0]:
        raise InputError(f"{text} was never on the wall in {calendar.zone.zone.key}: the clocks were put forward.")
    instant_us = int(calendar.zone.to_instant(wall, is_start=True)[0])
    return datetime.fromtimestamp(instant_us // US, calendar.zone.zone).replace(microsecond=instant_us % US)


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} can't be read as JSON: {error}.") from None
