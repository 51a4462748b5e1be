"""The calendar in the database: years, exceptions, days and the working intervals made from them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from psycopg.errors import InvalidParameterValue

from gridmap.domain.calendar import CalendarDay, CalendarException
from gridmap.domain.incidents import IncidentId
from gridmap.errors import InputError
from gridmap.storage.database import Connection
from gridmap.storage.maintenance import maintenance
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class CalendarYear:
    """One year that the database knows; an unpublished one follows the week and is a guess."""

    year: int
    source: str
    is_published: bool


@dataclass(frozen=True)
class ChangedDueTime:
    """An open incident whose due time moved; instants are aware, None lies outside the calendar."""

    incident_id: IncidentId
    old_due_at: datetime | None
    due_at: datetime | None
    was_provisional: bool
    is_provisional: bool


@dataclass(frozen=True)
class ClockTexts:
    """The settings of the clock as the table holds them."""

    office_hours: str
    due_convention: str
    due_rules: str
    timezone: str


def read_clock(connection: Connection) -> ClockTexts:
    """Read the settings of the clock."""
    row = connection.execute(read_statement("calendar/read_clock")).fetchone()
    assert row is not None  # noqa: S101  an aggregate has one row
    return ClockTexts(*row)


def update_clock(connection: Connection, clock: ClockTexts) -> None:
    """Set the clock, and make the working intervals anew. Due times are brought up to date by `update_due_times`.

    Raises
    ------
    InputError
        If the server does not know the zone.
    """
    try:
        connection.execute(read_statement("calendar/update_clock"), asdict(clock))
        connection.execute(read_statement("calendar/rebuild_intervals"))
    except InvalidParameterValue as error:
        raise InputError(
            f"The database server knows no time zone {clock.timezone}: {error.diag.message_primary}."
        ) from error


def lock_calendar(connection: Connection) -> None:
    """Wait for another change of the calendar to end; readers go on."""
    connection.execute(read_statement("calendar/lock_calendar"))


def find_timezone(connection: Connection) -> str:
    """Find the county's time zone, in which a day is a day."""
    row = connection.execute(read_statement("calendar/find_timezone")).fetchone()
    return "Asia/Shanghai" if row is None else str(row[0])


def find_known_until(connection: Connection) -> datetime | None:
    """Find the instant up to which the calendar is published; None when no year is."""
    row = connection.execute(read_statement("calendar/find_known_until")).fetchone()
    return None if row is None else row[0]


def list_years(connection: Connection) -> list[CalendarYear]:
    """List the years in order."""
    return [CalendarYear(row[0], row[1], row[2]) for row in connection.execute(read_statement("calendar/list_years"))]


def list_exceptions(connection: Connection) -> list[CalendarException]:
    """List the days that do not follow the week, of all years."""
    rows = connection.execute(read_statement("calendar/list_exceptions"))
    return [CalendarException(day=row[0], is_working=row[1], notice_year=row[2], note=row[3]) for row in rows]


def list_days(connection: Connection, *, year: int | None = None) -> list[CalendarDay]:
    """List the days of a year, or of the whole calendar."""
    rows = connection.execute(read_statement("calendar/list_days"), {"year": year})
    return [CalendarDay(row[0], row[1], row[2]) for row in rows]


def list_intervals(connection: Connection) -> list[tuple[datetime, datetime]]:
    """List the working intervals, half-open, in order."""
    return [(row[0], row[1]) for row in connection.execute(read_statement("calendar/list_intervals"))]


def upsert_years(connection: Connection, years: Sequence[CalendarYear]) -> None:
    """Insert years; a published one replaces what is there, an unpublished one never does."""
    connection.execute(
        read_statement("calendar/upsert_year"),
        {
            "years": [one.year for one in years],
            "sources": [one.source for one in years],
            "published": [one.is_published for one in years],
        },
    )


def replace_exceptions(
    connection: Connection, exceptions: Iterable[CalendarException], *, notice_years: Sequence[int]
) -> None:
    """Replace all exceptions that the notices of these years named."""
    rows = list(exceptions)
    connection.execute(read_statement("calendar/delete_exceptions"), {"years": list(notice_years)})
    connection.execute(
        read_statement("calendar/insert_exceptions"),
        {
            "days": [one.day for one in rows],
            "notice_years": [one.notice_year for one in rows],
            "working": [one.is_working for one in rows],
            "notes": [one.note for one in rows],
        },
    )


def replace_days(connection: Connection, days: Sequence[CalendarDay]) -> None:
    """Replace all days, and make the working intervals of them."""
    connection.execute(read_statement("calendar/delete_days"))
    connection.execute(
        read_statement("calendar/insert_days"),
        {
            "days": [one.day for one in days],
            "working": [one.is_working for one in days],
            "notes": [one.note for one in days],
        },
    )
    connection.execute(read_statement("calendar/rebuild_intervals"))


def update_due_times(connection: Connection, *, changed_from: date | None) -> list[ChangedDueTime]:
    """Update by the calendar the due times of open incidents that reach behind a day, or of all; list what changed.

    One whose clock stands, or whose sender set its target, is left as it is.
    """
    with maintenance(connection):
        rows = connection.execute(
            read_statement("calendar/update_due_times"), {"changed_from": changed_from}
        ).fetchall()
    return [ChangedDueTime(IncidentId(row[0]), row[1], row[2], row[3], row[4]) for row in rows]


def announce_calendar(connection: Connection) -> None:
    """Number the change of the calendar and announce it."""
    connection.execute(read_statement("calendar/insert_outbox_row"))
