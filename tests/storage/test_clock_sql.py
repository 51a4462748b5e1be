"""The clock of the database and the clock of Python are one rule; the words of both are the same."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from gridmap.domain import incidents as words
from gridmap.domain.clock import Limit, LimitUnit
from gridmap.errors import NotFoundError
from gridmap.services.calendar import read_working_calendar, seed_calendar_on
from gridmap.storage.calendar import find_known_until
from gridmap.storage.database import Connection


@pytest.fixture
def seeded(connection: Connection) -> Connection:
    seed_calendar_on(connection, today=datetime(2026, 11, 23, tzinfo=UTC).date())
    return connection


def test_both_clocks_give_the_same_instant(seeded: Connection) -> None:
    rng = random.Random(20261123)
    calendar = read_working_calendar(seeded)
    first, last = datetime(2004, 1, 3, tzinfo=UTC), datetime(2028, 6, 1, tzinfo=UTC)
    whole = [first + timedelta(days=rng.randrange(8900), hours=16) for _ in range(300)]  # midnights of the county
    starts = [first + (last - first) * rng.random() for _ in range(2500)] + whole
    limits = [
        (rng.choice([0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 15.0, 20.0, 37.0]), rng.choice(list(LimitUnit)))
        for _ in range(len(starts))
    ]
    rows = seeded.execute(
        """
        SELECT d.near_due_at, d.due_at, d.twice_due_at, due_after(q.start, q.value, q.unit, 0.75),
               due_after(q.start, q.value, q.unit), due_after(q.start, q.value, q.unit, 2)
        FROM unnest(%s::timestamptz[], %s::numeric[], %s::text[]) WITH ORDINALITY AS q (start, value, unit, position)
        CROSS JOIN LATERAL due_times(q.start, q.value, q.unit) d ORDER BY q.position
        """,
        [starts, [value for value, _ in limits], [unit.value for _, unit in limits]],
    ).fetchall()
    assert len(rows) == len(starts)
    for start, (value, unit), row in zip(starts, limits, rows, strict=True):
        times = calendar.due_times(start, Limit(value, unit))
        assert row[:3] == (times.near, times.due, times.twice), (start, value, unit)
        assert row[3:] == row[:3], (start, value, unit)


@pytest.mark.parametrize("start", [datetime(2003, 6, 1, tzinfo=UTC), datetime(2028, 12, 28, tzinfo=UTC)])
def test_neither_guesses_outside_the_calendar(seeded: Connection, start: datetime) -> None:
    row = seeded.execute(
        "SELECT due_after(%s, 5, 'working_day'), (due_times(%s, 5, 'working_day')).due_at", [start, start]
    ).fetchone()
    assert row == (None, None)
    with pytest.raises(NotFoundError):
        read_working_calendar(seeded).due_at(start, Limit(5, LimitUnit.WORKING_DAY))


def test_the_calendar_is_known_to_the_end_of_the_last_published_year(seeded: Connection) -> None:
    assert find_known_until(seeded) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_the_words_of_python_are_those_of_the_tables(connection: Connection) -> None:
    rows = connection.execute("SELECT status, is_open FROM incident_status").fetchall()
    assert {row[0]: row[1] for row in rows} == {one.value: words.is_open(one) for one in words.Status}
    rows = connection.execute("SELECT precision FROM incident_precision").fetchall()
    assert {row[0] for row in rows} == {one.value for one in words.Precision}
    checks = connection.execute(
        "SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint WHERE conrelid = 'incident'::regclass"
    ).fetchone()
    assert checks is not None
    for one in [*words.Channel, *words.Placement, "cgcs2000", "wgs84", "gcj02", "bd09"]:
        assert f"'{one}'" in checks[0]
