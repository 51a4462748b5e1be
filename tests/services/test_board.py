"""The feed against the tables: each row of the board is computed a second time here, in Python, from plain columns."""

import itertools
import math
from datetime import UTC, datetime, timedelta

import pytest

from gridmap.domain.board import CHANNELS, NO_POINT, NO_TIME, PLACEMENTS, STATUSES, BoardRow
from gridmap.services.board import make_tree, open_feed
from gridmap.services.clock import change_county_clock
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


def _insert(connection: Connection, **values: object) -> int:
    columns = {"item_code": "A01", "reported_lon": 118.805, "reported_lat": 36.905, **values}
    names = ", ".join(columns)
    places = ", ".join(["%s"] * len(columns))
    row = connection.execute(
        f"INSERT INTO incident ({names}) VALUES ({places}) RETURNING id", list(columns.values())
    ).fetchone()
    assert row is not None
    return int(row[0])


def _expected(connection: Connection) -> dict[int, BoardRow]:
    found = {}
    for row in connection.execute(
        "SELECT id, area_id, ST_X(geom), ST_Y(geom), lead_unit_id, item_id, status, channel, placement, is_provisional,"
        " reported_at, near_due_at, due_at, twice_due_at FROM incident WHERE resolved_at IS NULL"
    ):
        reported = math.floor(row[10].timestamp())
        times = [NO_TIME if at is None else math.ceil(at.timestamp()) - reported for at in row[11:14]]
        x, y = (NO_POINT if degrees is None else round(degrees * 100_000) for degrees in row[2:4])
        found[row[0]] = BoardRow(
            row[0],
            row[1] or 0,
            x,
            y,
            row[4] or 0,
            row[5] or 0,
            STATUSES.index(row[6]),
            CHANNELS.index(row[7]),
            PLACEMENTS.index(row[8]),
            int(row[9]),
            reported,
            *times,
        )
    return found


def test_the_board_is_what_the_tables_hold(county: Database) -> None:
    now = datetime.now(UTC)
    with county.connect() as connection:
        _insert(connection, channel="hotline", reported_at=now - timedelta(days=9, seconds=1.5))
        _insert(connection, reported_lon=None, reported_lat=None, item_code=None)
        _insert(connection, reported_lon=100.0, reported_lat=30.0, item_code="A04", reported_at=now - timedelta(days=2))
        _insert(connection, precision="village", status="handling", reported_at=now - timedelta(days=1))
        _insert(connection, status="resolved")
    with open_feed(county) as feed, county.connect() as connection:
        loaded = feed.load()
        expected = _expected(connection)
        assert len(expected) == 4
        assert {number: loaded.board.find_row(number) for number in loaded.board} == expected
        assert loaded.generation == connection.execute("SELECT max(id) FROM generation").fetchone()[0]
        assert [unit["letter"] for unit in loaded.header["units"]] == ["EN", "PO", "PA", "WA", "TA", "TB"]  # type: ignore[index, union-attr]
        assert loaded.board.count_not_on_map() == 3


def test_changes_say_what_is_open_and_what_is_gone(county: Database) -> None:
    with county.connect(autocommit=True) as connection, open_feed(county) as feed:
        loaded = feed.load()
        first, second, third = (_insert(connection) for _ in range(3))
        assert feed.wait(2.0)
        changes = feed.read_changes(loaded.position)
        assert [row.id for row in changes.rows] == [first, second, third]
        assert {row.id: row for row in changes.rows} == _expected(connection)
        connection.execute("UPDATE incident SET status = 'rejected' WHERE id = %s", [first])
        connection.execute("UPDATE incident SET status = 'accepted' WHERE id = %s", [second])
        with connection.transaction(), maintenance(connection):
            connection.execute("DELETE FROM incident WHERE id = %s", [third])
        changes = feed.read_changes(changes.position)
        assert [row.id for row in changes.rows] == [second]
        assert changes.rows[0].status == STATUSES.index("accepted")
        assert changes.gone == (first, third)
        assert not changes.must_reload
        connection.execute("INSERT INTO outbox (subject) VALUES ('unit')")
        changes = feed.read_changes(changes.position)
        assert changes.must_reload
        # A call of a township moves nothing on the board.
        connection.execute("INSERT INTO outbox (subject) VALUES ('call')")
        assert not feed.read_changes(changes.position).must_reload


def test_figures_count_the_day(county: Database) -> None:
    with county.connect() as connection:
        today = connection.execute(
            "SELECT date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai'"
        ).fetchone()[0]
        now = connection.execute("SELECT now()").fetchone()[0]
        early = max(today, now - timedelta(minutes=1))
        _insert(connection, reported_at=early)
        accepted = _insert(connection, reported_at=early)
        dispatched = _insert(connection, reported_at=early)
        resolved = _insert(connection, reported_at=early, status="dispatched")
        old = _insert(connection, reported_at=today - timedelta(days=40))
        _insert(connection, reported_at=today - timedelta(seconds=1))
        for number, status in (
            (accepted, "accepted"),
            (dispatched, "accepted"),
            (dispatched, "dispatched"),
            (old, "accepted"),
            (old, "dispatched"),
            *((number, step) for number in (resolved, old) for step in ("acknowledged", "handling", "resolved")),
        ):
            connection.execute("UPDATE incident SET status = %s WHERE id = %s", [status, number])
    with open_feed(county) as feed:
        figures = feed.read_figures()
    hours = figures.pop("by_hour")
    assert figures == {
        "reported_today": 4,
        "accepted_today": 3,
        "dispatched_today": 2,
        "dispatched_in_time": 1,
        "resolved_today": 2,
        "resolved_in_time": 1,
        "same_day": 1,
    }
    assert isinstance(hours, list)
    assert len(hours) == 24
    assert [late[0] - soon[0] for soon, late in itertools.pairwise(hours)] == [3600] * 23
    assert hours[-1][0] <= now.timestamp() < hours[-1][0] + 3600
    assert sum(hour[2] for hour in hours) == 2


@pytest.mark.parametrize("is_working_today", [True, False])
@pytest.mark.parametrize(
    ("hours", "convention", "rules"),
    [
        ("00:00-24:00", "running-clock", ()),
        ("08:30-12:00,13:30-17:30", "same-clock-time", ()),
        ("08:30-17:30", "civil-code", ("report-day=counted",)),
    ],
)
def test_dispatched_in_time_is_the_calendars_rule(
    county: Database, is_working_today: bool, hours: str, convention: str, rules: tuple[str, ...]
) -> None:
    """One working day by the statement and by the calendar's own function, in weeks with and without gaps."""
    change_county_clock(county, hours=hours, convention=convention, rules=rules)
    with county.connect() as connection:
        connection.execute(
            "UPDATE calendar_day SET is_working = %s WHERE day = (now() AT TIME ZONE 'Asia/Shanghai')::date",
            [is_working_today],
        )
        # The day before yesterday off: a gap that a report can fall into.
        connection.execute(
            "UPDATE calendar_day SET is_working = (now() AT TIME ZONE 'Asia/Shanghai')::date - day <> 2 "
            "WHERE (now() AT TIME ZONE 'Asia/Shanghai')::date - day BETWEEN 1 AND 9"
        )
        connection.execute("SELECT rebuild_working_intervals()")
        today, zone_now = connection.execute(
            "SELECT date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai', now()"
        ).fetchone()
        done = [today, today + (zone_now - today) / 3, zone_now]
        for back_h in (*range(0, 150, 5), 24, 48, 72):
            for at in (done[back_h % 3], today):
                number = _insert(connection, reported_at=at - timedelta(hours=back_h))
                connection.execute(
                    "INSERT INTO incident_event (incident_id, at, kind, to_status) "
                    "VALUES (%s, %s, 'status', 'dispatched')",
                    [number, at],
                )
        # An import brings what was dispatched long ago after what was dispatched today.
        connection.execute(
            "INSERT INTO incident_event (incident_id, at, kind, to_status) "
            "VALUES (%s, now() - interval '400 days', 'status', 'dispatched')",
            [number],
        )
        expected = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE e.at <= due_after(i.reported_at, 1, 'working_day')) "
            "FROM incident_event e JOIN incident i ON i.id = e.incident_id "
            "WHERE e.to_status = 'dispatched' AND e.at >= %s",
            [today],
        ).fetchone()
    with open_feed(county) as feed:
        figures = feed.read_figures()
    assert (figures["dispatched_today"], figures["dispatched_in_time"]) == expected
    assert expected[0] == 66
    assert 0 < expected[1] < 60


def test_the_tree_names_parents_and_boxes(county: Database) -> None:
    with county.connect() as connection:
        generation = connection.execute("SELECT max(id) FROM generation").fetchone()[0]
        areas = connection.execute("SELECT id, parent_id, level, households, name FROM area").fetchall()
    tree = make_tree(county, generation=generation)
    levels = tree["levels"]
    assert isinstance(levels, list)
    found = zip(tree["id"], tree["parent"], tree["level"], tree["households"], strict=True)  # type: ignore[call-overload]
    assert {(a, b, levels[c], d) for a, b, c, d in found} == {(a[0], a[1] or 0, a[2], a[3]) for a in areas}
    labels = tree["label"]
    assert isinstance(labels, dict)
    assert {int(number) for number in labels} == {a[0] for a in areas if a[2] in ("county", "township", "village")}
    county_id = next(a[0] for a in areas if a[2] == "county")
    assert labels[str(county_id)][3] == [118.8, 36.9, 118.84, 36.92]


def test_one_row_that_does_not_fit_does_not_take_the_board_from_the_others(county: Database) -> None:
    with county.connect() as connection:
        good = connection.execute("INSERT INTO incident (title) VALUES ('now') RETURNING id").fetchone()
        odd = connection.execute("INSERT INTO incident (title) VALUES ('odd') RETURNING id").fetchone()
        # The rules refuse such an instant; a restored dump may hold one all the same.
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE incident SET reported_at = '1900-01-01' WHERE title = 'odd'")
    with open_feed(county) as feed:
        ids = list(feed.load().board)
    assert good is not None
    assert odd is not None
    assert good[0] in ids
    assert odd[0] not in ids
