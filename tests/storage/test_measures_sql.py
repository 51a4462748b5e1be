"""What measures rest on in the database, each against a slow way that can't be wrong."""

import random
from datetime import UTC, date, datetime, timedelta
from math import cos, hypot, radians

import pytest

from gridmap.domain.measures import Dimension
from gridmap.storage.database import Connection
from gridmap.storage.measures import Scope, count_repeats
from tests.county import insert_small_county
from tests.storage.test_due_sql import CONVENTIONS, HOURS, ZONES, make_calendar

END = datetime(2026, 11, 20, 4, tzinfo=UTC)
ITEMS = ("A02", "A04")
# Where clocks are changed, office hours around the change, late, with a break and of the whole day; where they are not.
PLACES = [*((ZONES[1], HOURS[number]) for number in (0, 2, 3, 4)), (ZONES[0], HOURS[1])]


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_the_dispatch_limit_of_a_day_ends_between_its_bounds(connection: Connection, place: tuple[str, str]) -> None:
    """Under every convention: a later report may be due earlier, as on a day off after a late evening."""
    zone, hours = place
    make_calendar(connection, zone, hours)
    rng = random.Random(f"{zone} {hours}")
    # Around the changes of the clocks, a long holiday, a weekend; each at several times of the day.
    days = [date(2026, 3, 8), date(2026, 9, 30), date(2026, 11, 1), date(2026, 11, 6), date(2026, 11, 7)]
    days.append(date(2026, 1, 5) + timedelta(days=rng.randrange(300)))
    reports = [
        datetime(one.year, one.month, one.day) + timedelta(minutes=minutes + rng.random())
        for one in days
        for minutes in (0, 89, 600, 1051, 1200, 1438)
    ]
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "INSERT INTO incident (reported_at, placement, lead_rule) SELECT t AT TIME ZONE %s, 'imprecise', 'county' "
        "FROM unnest(%s::timestamp[]) t",
        [zone, reports],
    )
    # Each convention is met once.
    for convention in CONVENTIONS[PLACES.index(place) :: len(PLACES)]:
        limit = rng.choice(["0.5", "1", "1.1", "3"])
        connection.execute("UPDATE setting SET value = %s WHERE name = 'due_rules'", [str(convention)])
        connection.execute("UPDATE setting SET value = %s WHERE name = 'dispatch_limit_days'", [limit])
        rows = connection.execute(
            "SELECT b.early, b.late, d.due_at, i.reported_at FROM incident i "
            "JOIN dispatch_limit_bounds('-infinity', 'infinity') b ON b.day = (i.reported_at AT TIME ZONE %s)::date "
            "CROSS JOIN LATERAL due_times(i.reported_at, %s::numeric, 'working_day') d",
            [zone, limit],
        ).fetchall()
        assert len(rows) == len(reports)
        for early, late, due, reported in rows:
            assert early <= due <= late, (reported, str(convention), limit)


def test_a_later_report_may_be_due_earlier(connection: Connection) -> None:
    make_calendar(connection, "Asia/Shanghai", "08:30-17:30")
    connection.execute(
        "UPDATE setting SET value = %s WHERE name = 'due_rules'",
        [next(str(one) for one in CONVENTIONS if is_out_of_order(str(one)))],
    )
    row = connection.execute(
        "SELECT (due_times('2026-11-06 20:00+08', 1, 'working_day')).due_at, "
        "(due_times('2026-11-07 10:00+08', 1, 'working_day')).due_at"
    ).fetchone()
    # Friday evening counts as Monday, which is not counted; Saturday counts as itself.
    assert row == (datetime(2026, 11, 10, 9, 30, tzinfo=UTC), datetime(2026, 11, 9, 9, 30, tzinfo=UTC))


def is_out_of_order(rules: str) -> bool:
    wanted = (
        "ends-at=close",
        "report-day=not-counted",
        "day-off-report=own-day",
        "after-hours-report=next-working-day",
    )
    return all(one in rules for one in wanted)


def test_repeats_are_those_of_every_pair(connection: Connection) -> None:
    """Points that crowd within a few metres, along the edges of cells and far off, against all pairs one by one."""
    insert_small_county(connection)
    connection.execute("SET session_replication_role = replica")
    for latitude in (36.905, -36.905, 0.0, 68.0):
        check_repeats(connection, latitude)
        connection.execute("DELETE FROM incident")


def check_repeats(connection: Connection, latitude: float) -> None:
    rng = random.Random(f"repeats {latitude}")
    east, north = 111_320 * cos(radians(latitude)), 110_574
    spots = [(0.0, 0.0), (35.0, 0.0), (60.0, 10.0), (150.0, 150.0), (420.0, 40.0)]
    rows = []
    for number in range(300):
        x, y = rng.choice(spots)
        spread = rng.choice([0.0, 4.0, 60.0])
        x, y = x + rng.uniform(-spread, spread), y + rng.uniform(-spread, spread)
        reported = END - timedelta(hours=rng.randrange(1, 2400))
        closed = None if number % 4 == 0 else reported + timedelta(hours=rng.choice([0, 5, 100, 800]))
        rows.append(
            (
                118.805 + x / east,
                latitude + y / north,
                rng.choice(ITEMS),
                reported,
                closed if closed and closed <= END else None,
            )
        )
    connection.cursor().executemany(
        "INSERT INTO incident (item_code, reported_at, resolved_at, status, geom, placement, lead_rule) "
        "VALUES (%s, %s, %s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4490), 'outside', 'county')",
        [
            (item, reported, closed, "resolved" if closed else "handling", lon, lat)
            for lon, lat, item, reported, closed in rows
        ],
    )
    places = [
        tuple(map(float, row))
        for row in connection.execute(
            "SELECT ST_X(m), ST_Y(m) FROM (SELECT id, ST_Transform(geom, (SELECT value::integer "
            "FROM setting WHERE name = 'measure_srid')) AS m FROM incident) p ORDER BY id"
        )
    ]
    since = END - timedelta(days=50)
    for start in (None, since):
        asked = [n for n, row in enumerate(rows) if start is None or row[3] >= start]
        repeats = sum(
            any(
                other[2] == rows[n][2] and other[4] is not None
                and rows[n][3] - timedelta(days=30) < other[4] < rows[n][3]
                and hypot(places[n][0] - places[k][0], places[n][1] - places[k][1]) <= 50
                for k, other in enumerate(rows)
            )
            for n in asked
        )  # fmt: skip
        assert 20 < repeats < len(asked)
        found = count_repeats(connection, Scope(Dimension.CHANNEL, None, None, None, start, None, END))
        assert found == {"unit": (repeats, len(asked))}, latitude
