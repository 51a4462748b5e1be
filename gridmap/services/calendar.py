"""Keep the working calendar: seed it, import a published year, show a year."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import chinese_calendar
import numpy as np

from gridmap.domain.calendar import (
    FIRST_YEAR,
    YEARS_AHEAD,
    CalendarDay,
    CalendarException,
    Notice,
    make_notice,
)
from gridmap.domain.calendar import list_days as make_days
from gridmap.domain.clock import WorkingCalendar
from gridmap.errors import InputError, NotFoundError
from gridmap.services.transaction import transaction
from gridmap.storage import calendar as storage
from gridmap.storage.database import Connection, Database

logger = logging.getLogger(__name__)

_SEED_SOURCE = "chinesecalendar"
_GUESS_SOURCE = "weekdays only"


@dataclass(frozen=True)
class ImportedYear:
    """What an import did."""

    year: int
    exceptions: int
    changed: list[storage.ChangedDueTime]


@dataclass(frozen=True)
class ShownYear:
    """One year as the database has it."""

    year: int
    source: str
    is_published: bool
    days: list[CalendarDay]


def seed_calendar(database: Database) -> None:
    """Fill the calendar with the published years that `chinesecalendar` knows and the unpublished ones that follow.

    Years that were imported stay as they are; run again it adds only what is missing, so it is called at each start.
    """
    with transaction(database) as connection:
        seed_calendar_on(connection, today=datetime.now(UTC).date())


def seed_calendar_on(connection: Connection, *, today: date) -> None:
    """Do the same in a transaction of the caller's, as of a day."""
    storage.lock_calendar(connection)
    known = {one.year: one for one in storage.list_years(connection)}
    seeded = list_seed_notices()
    # A new release of the source may know a year that was a guess until now.
    new = [one for one in seeded if one.year not in known or not known[one.year].is_published]
    last_published = max([one.year for one in seeded] + [one.year for one in known.values() if one.is_published])
    last = max(today.year, last_published) + YEARS_AHEAD
    wanted = set(range(FIRST_YEAR, last + 1))
    if not new and wanted <= known.keys():
        return
    _write_notices(connection, new, wanted | known.keys())
    if new:
        storage.update_due_times(connection, changed_from=date(min(one.year for one in new) - 1, 12, 1))
    storage.announce_calendar(connection)
    logger.info("calendar: %d years published, %d in all", len(new), len(wanted))


def list_seed_notices() -> list[Notice]:
    """List the years that `chinesecalendar` knows, as notices.

    It files a day under its date; a day of December that belongs to New Year was named by the next year's notice.
    """
    by_year: dict[int, list[CalendarException]] = {}
    sources: Iterable[tuple[Mapping[date, str], bool]] = (
        (chinese_calendar.holidays, False),
        (chinese_calendar.workdays, True),
    )
    last = max(day.year for day in (*chinese_calendar.holidays, *chinese_calendar.workdays))
    for days, is_working in sources:
        for day, name in days.items():
            belongs_to_next = day.month == 12 and "New Year" in str(name)
            year = min(day.year + belongs_to_next, last)
            by_year.setdefault(year, []).append(CalendarException(day, is_working, year, str(name)))
    return [Notice(year, _SEED_SOURCE, tuple(by_year[year])) for year in sorted(by_year) if year >= FIRST_YEAR]


def import_calendar(database: Database, document: Mapping[str, object], *, where: str) -> ImportedYear:
    """Import the published calendar of a year, and give the open incidents that it touches their due times anew.

    Parameters
    ----------
    document
        As `gridmap.domain.calendar.make_notice` takes it.
    where
        The file, for errors and as the source when the document cites no paper.

    Raises
    ------
    InputError
        If the document is wrong, or its year lies before the calendar.
    """
    notice = make_notice(document, where=where)
    if notice.year < FIRST_YEAR:
        raise InputError(f"{where}: the calendar starts with {FIRST_YEAR}, this is {notice.year}.")
    with transaction(database) as connection:
        storage.lock_calendar(connection)
        years = {one.year for one in storage.list_years(connection)}
        wanted = years | set(range(FIRST_YEAR, notice.year + YEARS_AHEAD + 1))
        _write_notices(connection, [notice], wanted)
        changed = storage.update_due_times(connection, changed_from=date(notice.year - 1, 12, 1))
        storage.announce_calendar(connection)
    logger.info("calendar of %d imported: %d due times changed", notice.year, len(changed))
    return ImportedYear(notice.year, len(notice.exceptions), changed)


def show_calendar(database: Database, year: int) -> ShownYear:
    """Show a year.

    Raises
    ------
    NotFoundError
        If the calendar does not hold it.
    """
    with transaction(database) as connection:
        years = {one.year: one for one in storage.list_years(connection)}
        if year not in years:
            held = f"{min(years)} to {max(years)}" if years else "no year: run gridmap db migrate"
            raise NotFoundError(f"The calendar holds {held}, not {year}.")
        return ShownYear(year, years[year].source, years[year].is_published, storage.list_days(connection, year=year))


def read_working_calendar(connection: Connection) -> WorkingCalendar:
    """Read the working intervals for computing in bulk."""
    intervals = storage.list_intervals(connection)
    if not intervals:
        raise NotFoundError("The database has no calendar: run gridmap db migrate.")
    starts, ends = (np.array([_to_us(one) for one in side], np.int64) for side in zip(*intervals, strict=True))
    return WorkingCalendar.of_intervals(starts, ends)


def _write_notices(connection: Connection, notices: list[Notice], years: set[int]) -> None:
    storage.upsert_years(
        connection, [storage.CalendarYear(year, _GUESS_SOURCE, is_published=False) for year in sorted(years)]
    )
    storage.upsert_years(connection, [storage.CalendarYear(one.year, one.source, is_published=True) for one in notices])
    storage.replace_exceptions(
        connection,
        [exception for one in notices for exception in one.exceptions],
        notice_years=[one.year for one in notices],
    )
    exceptions: dict[int, list[CalendarException]] = {}
    for exception in storage.list_exceptions(connection):
        exceptions.setdefault(exception.day.year, []).append(exception)
    days = [day for year in sorted(years) for day in make_days(year, exceptions.get(year, []))]
    storage.replace_days(connection, days)


def _to_us(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000 + instant.microsecond
