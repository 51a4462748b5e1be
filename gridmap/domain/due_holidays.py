"""Files of holidays: a published year with its make-up days, or a plain list of days off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gridmap.domain.calendar import CalendarException, Notice, make_notice
from gridmap.errors import InputError


@dataclass(frozen=True)
class Holidays:
    """What one file says."""

    exceptions: tuple[CalendarException, ...]
    years: frozenset[int]
    """Years that it publishes: empty for a year whose notice names no day yet."""
    is_list: bool
    """A plain list is a calendar of its own: it stands instead of the Chinese one, not beside it."""


def make_holidays(document: object, *, where: str) -> Holidays:
    """Make holidays of a parsed JSON document.

    Two forms: ``{"year", "papers", "days": [{"name", "date", "isOffDay"}]}``, one published year as
    `gridmap.domain.calendar.make_notice` takes it; and ``["2015-01-01", …]``, days off, complete for every year that
    it names. A year with an empty list of days is not published yet, and stays so.

    Raises
    ------
    InputError
        If it is neither, or a day is wrong; the message names the file and the place.
    """
    if isinstance(document, list):
        days = [_read_day(entry, f"{where}: [{index}]") for index, entry in enumerate(document)]
        exceptions = tuple(CalendarException(day, False, day.year) for day in days)
        return Holidays(exceptions, frozenset(day.year for day in days), True)
    if not isinstance(document, Mapping):
        raise InputError(f"{where}: holidays are an object with year and days, or a list of days YYYY-MM-DD.")
    if document.get("days") == [] and isinstance(document.get("year"), int):
        return Holidays((), frozenset(), False)
    return make_holidays_of_notices([make_notice(document, where=where)])


def make_holidays_of_notices(notices: list[Notice]) -> Holidays:
    """Make holidays of published years."""
    exceptions = tuple(exception for notice in notices for exception in notice.exceptions)
    return Holidays(exceptions, frozenset(notice.year for notice in notices), False)


def join_holidays(base: Holidays, files: list[Holidays]) -> Holidays:
    """Join what files say with the base, the Chinese calendar.

    A file of a year replaces that year. As soon as one file is a plain list the base is left out: the list is of
    another country.
    """
    is_list = any(one.is_list for one in files)
    replaced = frozenset(year for one in files if not one.is_list for year in one.years)
    kept = () if is_list else tuple(one for one in base.exceptions if one.notice_year not in replaced)
    years = frozenset[int]() if is_list else base.years
    # Of two files of a year the later one on the command line counts.
    by_year: dict[int, tuple[CalendarException, ...]] = {}
    listed: tuple[CalendarException, ...] = ()
    for one in files:
        if one.is_list:
            listed += one.exceptions
        for year in one.years if not one.is_list else ():
            by_year[year] = one.exceptions
    named = tuple(exception for exceptions in by_year.values() for exception in exceptions)
    return Holidays((*kept, *listed, *named), years.union(*(one.years for one in files)), is_list)


def _read_day(entry: object, where: str) -> date:
    try:
        return date.fromisoformat(str(entry))
    except ValueError:
        raise InputError(f"{where}: {entry!r} is not a day of the form YYYY-MM-DD.") from None
