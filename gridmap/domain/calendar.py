"""The working calendar: which days are worked, as the State Council publishes it year by year.

A notice names only the exceptions: days off, and weekend days that are worked in exchange. All other days follow the
week. A notice for one year may name days of December of the year before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gridmap.errors import InputError

FIRST_YEAR = 2004
"""The first year of the calendar: nothing earlier is published as data."""
YEARS_AHEAD = 2
"""Years kept ready after the present one, so that a due time is always found; unpublished ones follow the week."""


@dataclass(frozen=True)
class CalendarException:
    """One day that does not follow the week, and the year whose notice says so."""

    day: date
    is_working: bool
    notice_year: int
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """One published year: its exceptions and where they were published."""

    year: int
    source: str
    exceptions: tuple[CalendarException, ...]


@dataclass(frozen=True)
class CalendarDay:
    """One day of the calendar; `note` names the holiday that moved it."""

    day: date
    is_working: bool
    note: str = ""


def is_weekday(day: date) -> bool:
    """Tell whether the day is a Monday to Friday."""
    return day.weekday() < 5


def list_days(year: int, exceptions: Iterable[CalendarException]) -> list[CalendarDay]:
    """List every day of a year: the week, changed by the exceptions that fall in it.

    Where two notices name the same day, the later year's wins: it was published later.
    """
    moved: dict[date, CalendarException] = {}
    for exception in sorted(exceptions, key=lambda one: one.notice_year):
        moved[exception.day] = exception
    days = []
    day = date(year, 1, 1)
    while day.year == year:
        found = moved.get(day)
        days.append(
            CalendarDay(day, is_weekday(day)) if found is None else CalendarDay(day, found.is_working, found.note)
        )
        day += timedelta(days=1)
    return days


def make_notice(document: Mapping[str, object], *, where: str) -> Notice:
    """Make a year of its document, ``{"year", "papers": [url], "days": [{"name", "date", "isOffDay"}]}``.

    Parameters
    ----------
    document
        The parsed JSON.
    where
        What to call it in an error: the file.

    Raises
    ------
    InputError
        If a field is missing or wrong, a day lies outside the year and the December before it, is named twice with
        different answers, or the document names no day: that year is not published, and weekdays alone would be a
        guess that looks like the truth.
    """
    year = document.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 2000 <= year <= 2100:
        raise InputError(f"{where}: `year` has to be a number from 2000 to 2100, it is {year!r}.")
    days = document.get("days")
    if not isinstance(days, list):
        raise InputError(f"{where}: `days` has to be a list of days.")
    if not days:
        raise InputError(
            f"{where}: no day is named, so the calendar of {year} is not published yet. Nothing was imported."
        )
    found: dict[date, CalendarException] = {}
    for index, entry in enumerate(days):
        exception = _make_exception(entry, year=year, where=f"{where}: days[{index}]")
        earlier = found.setdefault(exception.day, exception)
        if earlier.is_working != exception.is_working:
            raise InputError(f"{where}: {exception.day} is named twice, as a day off and as a working day.")
    if not any(day.year == year for day in found):
        raise InputError(f"{where}: no day of {year} itself is named.")
    papers = document.get("papers")
    source = " ".join(str(paper) for paper in papers) if isinstance(papers, list) else ""
    return Notice(year, source or where, tuple(sorted(found.values(), key=lambda one: one.day)))


def _make_exception(entry: object, *, year: int, where: str) -> CalendarException:
    if not isinstance(entry, Mapping):
        raise InputError(f"{where} has to be an object with date and isOffDay.")
    try:
        day = date.fromisoformat(str(entry.get("date")))
    except ValueError:
        raise InputError(f"{where}: date {entry.get('date')!r} is not of the form YYYY-MM-DD.") from None
    is_off = entry.get("isOffDay")
    if not isinstance(is_off, bool):
        raise InputError(f"{where}: isOffDay has to be true or false.")
    if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
        raise InputError(f"{where}: {day} lies outside {year} and the December before it.")
    return CalendarException(day, not is_off, year, str(entry.get("name") or ""))
