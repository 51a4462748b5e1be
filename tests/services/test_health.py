"""The calendar's warning, case by case, and health against a real database."""

from datetime import UTC, datetime

import pytest

from gridmap.errors import DatabaseError
from gridmap.services.health import check_health, find_calendar_warning
from gridmap.storage.database import Database, make_database
from tests.county import insert_small_county

ZONE = "Asia/Shanghai"


def _end_of(year: int) -> datetime:
    """The first instant of the next year in the county, in UTC."""
    return datetime(year, 12, 31, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known_until", "now", "said"),
    [
        (_end_of(2026), datetime(2026, 6, 1, tzinfo=UTC), ""),
        (_end_of(2026), datetime(2026, 11, 14, 15, 59, tzinfo=UTC), ""),
        # 15 November in the county, still the 14th in UTC.
        (_end_of(2026), datetime(2026, 11, 14, 16, 0, tzinfo=UTC), "2027 should be published"),
        (_end_of(2027), datetime(2026, 12, 1, tzinfo=UTC), ""),
        (_end_of(2025), datetime(2026, 3, 1, tzinfo=UTC), "2026 is not published"),
        # New year in the county: the last known year is over.
        (_end_of(2026), datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027 is not published"),
        (None, datetime(2026, 3, 1, tzinfo=UTC), "2026 is not published"),
    ],
)
def test_the_calendar_is_warned_about_in_time(known_until: datetime | None, now: datetime, said: str) -> None:
    warning = find_calendar_warning(known_until, timezone=ZONE, now=now)
    assert (warning == "") if said == "" else (said in warning)


def test_a_database_tells_its_newest_change(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        generation = insert_small_county(connection)
    before = check_health(fresh_database, timezone=ZONE).revision
    with fresh_database.connect() as connection:
        connection.execute("INSERT INTO incident (item_code) VALUES ('A01')")
    health = check_health(fresh_database, timezone=ZONE)
    assert health.revision > before
    assert health.generation == generation
    assert health.calendar_known_until is not None


def test_a_database_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DatabaseError):
        check_health(make_database("postgresql:///nothing?host=/nowhere"), timezone=ZONE)
