"""How the database is: can it be asked, what is its newest change, how far does its calendar reach."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg

from gridmap.errors import DatabaseError
from gridmap.sentence import Technical
from gridmap.storage import board as board_storage
from gridmap.storage import outbox
from gridmap.storage.database import Database

NOTICE_MONTH_DAY = (11, 15)
"""The State Council publishes a year's days off in November of the year before; from this day on its absence is a
warning.
"""


@dataclass(frozen=True)
class Health:
    """`calendar_known_until` is the first instant that no published calendar covers; None without any."""

    revision: int
    generation: int
    calendar_known_until: datetime | None
    calendar_warning: str


def check_health(database: Database, *, timezone: str, now: datetime | None = None) -> Health:
    """Ask the database.

    Raises
    ------
    DatabaseError
        If it does not answer.
    """
    try:
        # A session of its own: a pool would wait for the database to come back before it says that it is gone.
        with database.connect(autocommit=True) as connection:
            end_s = board_storage.find_calendar_end(connection)
            revision = outbox.find_revision(connection)
            generation = board_storage.find_generation(connection)
    except psycopg.Error as error:
        raise DatabaseError(
            "The database was lost or refused: {cause}.", cause=Technical(str(error).strip())
        ) from error
    until = datetime.fromtimestamp(end_s, UTC) if end_s else None
    return Health(
        revision=revision,
        generation=generation,
        calendar_known_until=until,
        calendar_warning=find_calendar_warning(until, timezone=timezone, now=now or datetime.now(UTC)),
    )


def find_calendar_warning(known_until: datetime | None, *, timezone: str, now: datetime) -> str:
    """Find what is to be said about the calendar at `now`; empty when all is well."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone)
    last_year = 0 if known_until is None else known_until.astimezone(zone).year - 1
    if last_year < today.year:
        return (
            f"The working calendar of {today.year} is not published here: all due times are provisional. "
            "Import it: gridmap calendar import FILE."
        )
    if last_year == today.year and (today.month, today.day) >= NOTICE_MONTH_DAY:
        return (
            f"The working calendar of {today.year + 1} should be published by now; due times in that year are "
            "provisional. Import it: gridmap calendar import FILE."
        )
    return ""
