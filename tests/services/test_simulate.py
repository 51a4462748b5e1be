"""Invented and replayed life: real rows through the real rules, until it is told to stop."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from gridmap.errors import InputError, NotFoundError
from gridmap.services.load_incidents import load_incidents
from gridmap.services.replay import run_replay
from gridmap.services.simulate import _ASKED, _Simulation, run_simulation
from gridmap.storage import simulation
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from gridmap.storage.transitions import update_incident
from tests.county import insert_small_county

PROFILE = """
time_format = "%Y-%m-%d %H:%M:%S"
timezone = "Asia/Shanghai"
[columns]
source_key = "id"
item_code = "item"
title = "item"
lon = "lon"
lat = "lat"
reported_at = "at"
resolved_at = "closed"
[constants]
channel = "patrol"
datum = "wgs84"
precision = "exact"
"""


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            """
            INSERT INTO address (number, hamlet, geom)
            SELECT n, '东庄', public.ST_SetSRID(public.ST_MakePoint(118.8005 + 0.0004 * n, 36.905), 4490)
            FROM generate_series(1, 90) n
            """
        )
    return fresh_database


def fetch(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connect() as connection:
        return connection.execute(query).fetchall()


def test_life_goes_on_until_it_is_stopped(county: Database) -> None:
    stop = threading.Event()
    threading.Timer(4, stop.set).start()
    started = time.monotonic()
    reported = run_simulation(county, rate=1200, stop=stop, seed=1)
    assert time.monotonic() - started < 8
    rows = fetch(county, "SELECT placement, status, datum, precision FROM incident WHERE source_key LIKE 'simulated:%'")
    assert len(rows) == reported > 20
    assert sum(row[0] in ("inside", "imprecise", "border") for row in rows) > 0.9 * len(rows)
    assert {"gcj02", "cgcs2000"} <= {row[2] for row in rows}
    assert fetch(county, "SELECT count(*) FROM incident_event WHERE kind = 'status'")[0][0] > reported
    assert fetch(county, "SELECT DISTINCT actor FROM incident_event WHERE kind = 'status'") == [("simulation",)]
    # Each step is in the table, and what was booked leaves no gap.
    assert (
        fetch(
            county,
            """
        SELECT from_status, to_status FROM incident_event WHERE kind = 'status'
        EXCEPT SELECT from_status, to_status FROM life_cycle_step
        """,
        )
        == []
    )
    assert (
        fetch(
            county,
            """
        SELECT h.incident_id FROM (
            SELECT incident_id, from_at, lag(to_at) OVER (PARTITION BY incident_id ORDER BY from_at, id) AS before
            FROM incident_hold) h
        JOIN incident i ON i.id = h.incident_id
        WHERE h.from_at <> coalesce(h.before, i.reported_at)
        """,
        )
        == []
    )


def test_what_waits_in_a_queue_is_given_to_a_unit_and_what_nobody_leads_stays(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status)
        VALUES ('A02', 118.805, 36.905, 'accepted'), ('unheard of', 118.805, 36.905, 'accepted'),
               ('A02', 118.805, 36.905, 'paused')
        """
    )
    connection.execute("UPDATE incident SET lead_unit_id = NULL WHERE item_code = 'A02' AND status = 'accepted'")
    assert simulation.advance_some(connection, count=10) == 1
    now = datetime.now(UTC)
    assert simulation.resolve_some(connection, count=10, slow_share=0, habits=[], at=now) == 1
    rows = connection.execute(
        "SELECT i.status, i.lead_rule, u.code FROM incident i LEFT JOIN unit u ON u.id = i.lead_unit_id ORDER BY i.id"
    ).fetchall()
    assert rows == [
        ("resolved", "assigned", "U-ENF"),
        ("accepted", "item_not_in_list", None),
        ("paused", "county", "U-ENF"),
    ]


def test_some_go_astray_by_legal_steps_and_come_back(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status)
        SELECT 'A02', 118.805, 36.905, 'handling' FROM generate_series(1, 6)
        """
    )
    now = datetime.now(UTC)
    done = {}
    for kind in ("pause", "extend"):
        assert simulation.ask_one(connection, kind=kind, note="r", at=now) == 1
        answered = simulation.answer_one(connection, kind=kind, note="no", is_refused=False, at=now)
        assert answered is not None
        assert (answered.is_approved, answered.reason) == (True, "r")
        status, extension = _ASKED[kind]
        update_incident(connection, answered.incident_id, status, extension=extension)
    for action in ("return", "dispute", "decide", "resume", "merge"):
        set_acting(connection, actor="simulation", role="", action=action, note="x", at=now)
        done[action] = simulation.stray_one(connection, action=action, at=now)
    assert done == {**dict.fromkeys(done, 1), "merge": 0}  # all were reported at one instant
    connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at) "
        "VALUES ('A02', 118.805, 36.905, 'accepted', now() + interval '1 minute')"
    )
    assert simulation.stray_one(connection, action="merge", at=now) == 1
    # What was extended may have been the one that was returned, disputed or merged since.
    assert simulation.count_strayed(connection) in ({}, {"extend": 1})
    steps = connection.execute(
        "SELECT action, to_status FROM incident_event WHERE kind = 'status' AND from_status IS NOT NULL ORDER BY id"
    ).fetchall()
    assert [row[1] for row in steps] == [
        "paused",
        "extended",
        "returned",
        "disputed",
        "dispatched",
        "handling",
        "merged",
    ]
    assert connection.execute("SELECT count(*) FROM dispute WHERE decided_at IS NOT NULL").fetchone() == (1,)


def test_units_ask_and_what_waits_longest_is_answered(county: Database) -> None:
    with county.connect() as connection:
        connection.execute(
            """
            INSERT INTO incident (item_code, reported_lon, reported_lat, status)
            SELECT 'A02', 118.805, 36.905, 'handling' FROM generate_series(1, 60)
            """
        )
    simulation_of = _Simulation(county, rate=1, seed=3)
    began = datetime.now(UTC)
    with county.connect() as connection:
        for turn in range(40):
            simulation_of.ask(connection, ("pause", "extend")[turn % 2], at=began + timedelta(seconds=turn))
        rows = connection.execute(
            "SELECT q.kind, q.status, i.status, q.decision, q.granted_extension, i.extension "
            "FROM clock_request q JOIN incident i ON i.id = q.incident_id ORDER BY q.requested_at"
        ).fetchall()
        events = connection.execute(
            "SELECT count(*) FROM incident_event WHERE kind = 'status' AND action IN ('pause', 'extend') "
            "AND detail ->> 'request_id' IS NOT NULL AND note <> ''"
        ).fetchone()
    # What was extended may be paused later, and what is paused have been extended before.
    for kind, statuses, outcome in (
        ("pause", {"paused"}, {(None, 0), (None, 1)}),
        ("extend", {"extended", "paused"}, {(1, 1)}),
    ):
        of_kind = [row[1:] for row in rows if row[0] == kind]
        # Once as many wait as may, each turn answers the oldest or lets another ask.
        assert [row[0] for row in of_kind].count("open") in (4, 5)
        assert {row[0] for row in of_kind[-4:]} == {"open"}
        approved = [row for row in of_kind if row[0] == "approved"]
        assert approved
        assert {row[1] for row in approved} <= statuses
        assert {row[3:] for row in approved} <= outcome
        assert all(row[2] for row in of_kind if row[0] == "refused")
    assert {row[1] for row in rows} == {"open", "approved", "refused"}
    assert events == (sum(row[1] == "approved" for row in rows),)


def test_what_is_overdue_by_then_is_refused(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, status) "
        "VALUES ('A02', 118.805, 36.905, 'handling')"
    )
    now = datetime.now(UTC)
    assert simulation.ask_one(connection, kind="pause", note="r", at=now) == 1
    assert simulation.ask_one(connection, kind="pause", note="r", at=now) == 0, "one is open"
    late = now + timedelta(days=30)
    answered = simulation.answer_one(connection, kind="pause", note="no", is_refused=False, at=late)
    assert answered is not None
    assert not answered.is_approved
    assert simulation.answer_one(connection, kind="pause", note="no", is_refused=False, at=late) is None


def test_nothing_near_due_is_paused_extended_or_merged(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
        SELECT 'A02', 118.805, 36.905, 'handling', now() - n * interval '20 days' FROM generate_series(1, 4) n
        """
    )
    now = datetime.now(UTC)
    assert [simulation.ask_one(connection, kind=one, note="r", at=now) for one in ("pause", "extend")] == [0, 0]
    assert simulation.stray_one(connection, action="merge", at=now) == 0


def test_who_is_not_satisfied_has_it_reopened(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status, resolved_at)
        SELECT 'A01', 118.805, 36.915, 'verified', now() FROM generate_series(1, 6)
        """
    )
    assert simulation.close_some(connection, count=3, unsatisfied=1.0) == 3
    assert simulation.close_some(connection, count=3, unsatisfied=0.0) == 3
    statuses = connection.execute("SELECT status, count(*) FROM incident GROUP BY 1 ORDER BY 1").fetchall()
    assert statuses == [("called_back", 3), ("reopened", 3)]
    said = connection.execute("SELECT is_satisfied, count(*) FROM call_back GROUP BY 1 ORDER BY 1").fetchall()
    assert said == [(False, 3), (True, 3)]


def test_what_waits_in_a_queue_is_not_taken_at_once(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute("UPDATE responsibility_item SET needs_power = true WHERE code = 'A02'")
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
        SELECT 'A02', 118.805, 36.905, 'accepted', now() - d FROM unnest(ARRAY[interval '1 hour', '30 days']) d
        """
    )
    assert connection.execute("SELECT DISTINCT queue FROM incident").fetchall() == [("no_power",)]
    now = datetime.now(UTC)
    # The one of thirty days is overdue.
    assert simulation.resolve_some(connection, count=10, slow_share=0, habits=[], at=now) == 0
    assert simulation.advance_some(connection, count=10) == 1
    late = now - timedelta(days=2, hours=12)
    with maintenance(connection):
        connection.execute("UPDATE incident SET lead_unit_id = NULL, queue = 'no_power'")
        connection.execute("UPDATE incident SET due_at = %s, twice_due_at = %s", [late, now + timedelta(days=1)])
    assert simulation.resolve_overdue(connection, count=10, stuck_share=0, at=now) == 1


def test_nothing_to_simulate_on_is_said(fresh_database: Database) -> None:
    with pytest.raises(NotFoundError, match="gridmap demo"):
        run_simulation(fresh_database, rate=5, stop=threading.Event())


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), 6001])
def test_a_rate_that_makes_no_sense_is_refused(fresh_database: Database, rate: float) -> None:
    with pytest.raises(InputError, match="rate"):
        run_simulation(fresh_database, rate=rate, stop=threading.Event())


def test_slow_incidents_are_left_until_they_are_overdue(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
        SELECT 'A01', 118.805, 36.915, 'handling',
               now() - CASE WHEN n % 2 = 0 THEN interval '60 days' ELSE interval '1 hour' END
        FROM generate_series(1, 40) n
        """
    )
    now = datetime.now(UTC)
    assert simulation.count_open(connection, at=now) == simulation.OpenCounts(40, 20, 20)
    # With a share beyond 1 each is slow: none is resolved before it is overdue.
    assert simulation.resolve_some(connection, count=100, slow_share=1e9, habits=[], at=now) == 0
    assert simulation.resolve_some(connection, count=7, slow_share=0, habits=[], at=now) == 7
    assert simulation.count_open(connection, at=now) == simulation.OpenCounts(33, 20, 20)
    assert simulation.resolve_overdue(connection, count=3, stuck_share=0, at=now) == 3
    assert simulation.count_open(connection, at=now) == simulation.OpenCounts(30, 17, 17)
    assert simulation.close_some(connection, count=5) == 5


def test_a_unit_hurries_before_its_next_card_and_a_few_are_stuck(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status)
        SELECT 'A01', 118.805, 36.915, 'handling' FROM generate_series(1, 60) n
        """
    )
    now = datetime.now(UTC)
    ids = [row[0] for row in connection.execute("SELECT id FROM incident ORDER BY id")]
    # Twenty each: red within the hour, red since three hours with black within the hour, red only in three days.
    for part, (due, twice) in enumerate(((-23, 1), (-7, -3), (-1, 72))):
        with maintenance(connection):
            connection.execute(
                "UPDATE incident SET due_at = %s, twice_due_at = %s WHERE id = ANY (%s)",
                [now + timedelta(hours=due), now + timedelta(hours=twice), ids[20 * part : 20 * part + 20]],
            )
    soon = now + timedelta(hours=2)

    def count_left() -> list[int]:
        rows = connection.execute("SELECT id FROM incident WHERE resolved_at IS NULL").fetchall()
        left = {row[0] for row in rows}
        return [len(left & set(ids[20 * part : 20 * part + 20])) for part in range(3)]

    # All are stuck: of those that are red already nine in ten go.
    simulation.resolve_overdue(connection, count=100, stuck_share=1, at=now, card_before=soon)
    before_red, before_black, later = count_left()
    assert (before_red, later) == (20, 20)
    assert before_black < 8
    assert simulation.resolve_overdue(connection, count=5, stuck_share=0, at=now) == 5
    assert count_left()[2] == 20, "whose card is far goes last"
    simulation.resolve_overdue(connection, count=100, stuck_share=0, at=now, card_before=soon)
    assert count_left() == [0, 0, 20]


def test_units_are_late_where_their_history_is(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (source_key, item_code, reported_lon, reported_lat, status, reported_at, resolved_at)
        SELECT n::text, CASE WHEN n % 2 = 0 THEN 'A01' ELSE 'A05' END, 118.805, 36.915, 'called_back',
               '2026-03-02 02:00+00',
               CASE WHEN n % 2 = 0 OR n % 10 = 1 THEN timestamptz '2026-04-20' ELSE '2026-03-02 03:00+00' END
        FROM generate_series(1, 60) n
        """
    )
    habits = simulation.list_habits(connection, at=datetime.now(UTC))
    bad, good = sorted((habit.factor for habit in habits), reverse=True)
    assert bad > 1.4 > 0.5 > good
    connection.execute(
        """
        INSERT INTO incident (item_code, reported_lon, reported_lat, status)
        SELECT CASE WHEN n % 2 = 0 THEN 'A01' ELSE 'A05' END, 118.805, 36.915, 'handling' FROM generate_series(1, 400) n
        """
    )
    simulation.resolve_some(connection, count=400, slow_share=0.5, habits=habits, at=datetime.now(UTC))
    left = connection.execute(
        "SELECT item_code, count(*)::float FROM incident WHERE resolved_at IS NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert left[0][1] / left[1][1] == pytest.approx(bad / good, rel=0.4)
    # What is simulated is no history.
    connection.execute("UPDATE incident SET source_key = 'simulated:' || id")
    assert simulation.list_habits(connection, at=datetime.now(UTC)) == []


def test_what_is_overdue_above_the_level_is_resolved(county: Database) -> None:
    with county.connect() as connection:
        connection.execute(
            """
            INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
            SELECT 'A01', 118.805, 36.915, 'handling', now() - interval '60 days' FROM generate_series(1, 30)
            """
        )
    simulated = _Simulation(county, rate=5, seed=1)
    with county.connect() as connection:
        connection.execute(
            """
            INSERT INTO incident (item_code, reported_lon, reported_lat, status, reported_at)
            SELECT 'A01', 118.805, 36.915, 'handling', now() - interval '60 days' FROM generate_series(1, 20)
            """
        )
    for _ in range(30):
        simulated.resolve(1, at=datetime.now(UTC))
    with county.connect() as connection:
        assert simulation.count_open(connection, at=datetime.now(UTC)).overdue == 30


def test_old_simulated_incidents_are_deleted_and_no_others(connection: Connection) -> None:
    insert_small_county(connection)
    connection.execute(
        """
        INSERT INTO incident (source_key, item_code, reported_at, status, resolved_at)
        VALUES ('simulated:1', 'A01', '2026-01-10', 'called_back', '2026-01-11'),
               ('simulated:2', 'A01', '2026-01-10', 'handling', NULL),
               ('12345:1', 'A01', '2026-01-10', 'called_back', '2026-01-11')
        """
    )
    assert simulation.delete_simulated(connection, before=pd.Timestamp("2026-02-01", tz="UTC"), count=10) == 1
    rows = connection.execute("SELECT source_key FROM incident ORDER BY 1").fetchall()
    assert rows == [("12345:1",), ("simulated:2",)]


def _write(tmp_path: Path) -> tuple[Path, Path]:
    profile, path = tmp_path / "p.toml", tmp_path / "a.csv"
    profile.write_text(PROFILE, encoding="utf-8")
    path.write_text(
        "id,item,lon,lat,at,closed\n"
        "3,A01,118.805,36.915,2020-05-06 10:20:00,\n"
        "1,A01,118.805,36.915,2020-05-06 10:00:00,2020-05-06 10:10:00\n"
        "2,A05,118.835,36.915,2020-05-06 10:15:00,\n"
        "4,A05,east,36.915,2020-05-06 10:15:00,\n",
        encoding="utf-8",
    )
    return path, profile


def test_a_replay_keeps_the_spacing_and_reports_now(county: Database, tmp_path: Path) -> None:
    path, profile = _write(tmp_path)
    totals = run_replay(county, path, profile, speed=600, stop=threading.Event())
    assert (totals.read, totals.rejected, totals.reported, totals.closed) == (4, 1, 3, 1)
    rows = fetch(
        county,
        """
        SELECT item_code, status, round(extract(epoch FROM reported_at - min(reported_at) OVER ()), 1)::float,
               reported_at > now() - interval '1 minute'
        FROM incident ORDER BY reported_at
        """,
    )
    assert [row[:2] for row in rows] == [("A01", "resolved"), ("A05", "reported"), ("A01", "reported")]
    assert [row[2] for row in rows] == pytest.approx([0, 1.5, 2.0], abs=0.4)
    assert all(row[3] for row in rows)
    # Another replay is another life.
    assert run_replay(county, path, profile, speed=1e6, stop=threading.Event()).reported == 3


def test_a_replay_can_be_stopped(county: Database, tmp_path: Path) -> None:
    path, profile = _write(tmp_path)
    stop = threading.Event()
    threading.Timer(0.8, stop.set).start()
    assert run_replay(county, path, profile, speed=1, stop=stop).reported == 1


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_that_makes_no_sense_is_refused(county: Database, tmp_path: Path, speed: float) -> None:
    path, profile = _write(tmp_path)
    with pytest.raises(InputError, match="speed"):
        run_replay(county, path, profile, speed=speed, stop=threading.Event())


def test_a_history_is_loaded_through_the_same_rules(county: Database) -> None:
    now = pd.Timestamp("2026-11-20T04:00:00Z")
    frame = pd.DataFrame(
        {
            "source_key": [f"demo:{number}" for number in range(2300)],
            "channel": "hotline",
            "item_code": "A01",
            "title": "噪声扰民",
            "address": "东庄",
            "lon": 118.805,
            "lat": 36.915,
            "datum": "cgcs2000",
            "precision": "exact",
            "reported_at": now,
            "closed_at": [now + pd.Timedelta(hours=1) if number % 2 else pd.NaT for number in range(2300)],
            "status": ["called_back" if number % 2 else "handling" for number in range(2300)],
        }
    )
    seen: list[float] = []
    assert load_incidents(county, frame, progress=lambda _step, share: seen.append(share)) == 2300
    assert seen[-1] == 1.0
    grouped = "status, resolved_at - reported_at = '1 hour', lead_rule"
    rows = fetch(county, f"SELECT {grouped}, count(*) FROM incident GROUP BY 1, 2, 3 ORDER BY 1")
    assert rows == [("called_back", True, "jurisdiction", 1150), ("handling", None, "jurisdiction", 1150)]
    assert load_incidents(county, frame) == 2300
    at = now + pd.Timedelta(minutes=20)
    dispatched = frame.assign(dispatched_at=[at if number % 2 else pd.NaT for number in range(2300)])
    for _ in range(2):
        assert load_incidents(county, dispatched) == 2300
        events = fetch(county, "SELECT count(*), min(at) FROM incident_event WHERE to_status = 'dispatched'")
        assert events == [(1150, at.to_pydatetime())]
    # Until its dispatch the command centre held it.
    holds = """
        SELECT u.code, h.from_at - i.reported_at = '0', extract(epoch FROM h.to_at - h.from_at)::integer, count(*)
        FROM incident_hold h JOIN incident i ON i.id = h.incident_id LEFT JOIN unit u ON u.id = h.unit_id
        GROUP BY 1, 2, 3 ORDER BY 3
    """
    assert fetch(county, holds) == [
        (None, True, 1200, 1150),
        ("U-PS1", False, 2400, 1150),
        ("U-PS1", True, None, 1150),
    ]
    assert fetch(county, "SELECT count(*) FROM incident") == [(2300,)]
    with pytest.raises(InputError, match="demo:0 was refused: datum"):
        load_incidents(county, frame.assign(datum="wgs72"))
    with pytest.raises(InputError, match="lack the columns datum"):
        load_incidents(county, frame.drop(columns="datum"))
