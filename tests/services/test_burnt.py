"""Who burnt the time, read quickly: the same as the ledger's own sums, whatever happened."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from gridmap.services.burnt import Burnt, read_burnt, read_standing_figures, sum_burnt
from gridmap.services.ledger import list_burnt, list_ledger
from gridmap.storage.burnt import BurntRow
from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county

NOW = datetime(2026, 9, 18, 7, 0, tzinfo=UTC)  # a Friday; no holiday in the fortnight before
WAYS = (
    (("accepted", 1), ("dispatched", 30), ("acknowledged", 31), ("handling", 32), ("resolved", 50)),
    (("accepted", 1), ("dispatched", 2), ("returned", 60), ("dispatched", 70), ("acknowledged", 90)),
    (("accepted", 1), ("dispatched", 2), ("acknowledged", 3), ("handling", 4), ("paused", 20), ("handling", 60)),
    (("accepted", 1), ("dispatched", 2), ("acknowledged", 3), ("handling", 4), ("paused", 20)),
    (
        ("accepted", 1),
        ("dispatched", 2),
        ("acknowledged", 3),
        ("handling", 4),
        ("resolved", 110),
        ("reopened", 140),
        ("handling", 150),
    ),
    (("accepted", 1), ("dispatched", 2), ("disputed", 3)),
    (("accepted", 1), ("rejected", 80)),
    (),
)


def _move(connection: Connection, incident_id: int, status: str, at: datetime) -> None:
    connection.execute("SELECT set_config('gridmap.at', %s, true)", [at.isoformat()])
    connection.execute("UPDATE incident SET status = %s WHERE id = %s", [status, incident_id])


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """Every way from several days before, at units of county and township, in a grid and in none, with and without a
    target of the sender.
    """
    with module_database.connect() as connection:
        insert_small_county(connection)
        for number, (item, lat, days, target) in enumerate(
            (item, lat, days, target)
            for item in ("A01", "A02", "A05", "unheard of")
            for lat, days, target in ((36.905, 12, None), (36.915, 5, None), (39.0, 8, 40), (36.905, 2, None))
        ):
            reported = NOW - timedelta(days=days, hours=number)
            for way in WAYS:
                row = connection.execute(
                    "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, target_at) "
                    "VALUES (%s, 118.805, %s, %s, %s) RETURNING id, lead_unit_id",
                    [item, lat, reported, None if target is None else reported + timedelta(hours=target)],
                ).fetchone()
                assert row is not None
                for status, after in way:
                    if reported + timedelta(hours=after) < NOW and (row[1] is not None or status == "accepted"):
                        _move(connection, row[0], status, reported + timedelta(hours=after))
    return module_database


@pytest.mark.parametrize("days", [30, 4, 1])
@pytest.mark.parametrize("hours_before", [0, 37])
def test_it_is_what_the_ledger_says(county: Database, days: int, hours_before: int) -> None:
    at = NOW - timedelta(hours=hours_before)
    burnt = read_burnt(county, at=at, days=days)
    said = {
        one.unit_code: (one.working_s / 3600, one.overdue_s / 3600)
        for one in list_burnt(county, since=at - timedelta(days=days), until=at)
    }
    with county.connect() as connection:
        codes = dict(connection.execute("SELECT id, code FROM unit").fetchall())
    found = {codes.get(unit): (working, overdue) for unit, working, overdue in burnt.units}
    assert len(found) >= 3
    assert found.keys() == {code for code, (working, _) in said.items() if working > 0}
    for code, hours in found.items():
        assert hours == pytest.approx(said[code], abs=0.06)
    assert sum(overdue for _, overdue in found.values()) > 0 or days == 1
    by_unit: dict[int, float] = defaultdict(float)
    for _, unit, hours in burnt.areas:
        by_unit[unit] += hours
    for unit, _, overdue in burnt.units:
        assert by_unit[unit] == pytest.approx(overdue, abs=0.06 * (1 + len(burnt.areas)))


def test_those_with_the_most_overdue_hours_come_first(county: Database) -> None:
    overdue = [hours for _, _, hours in read_burnt(county, at=NOW).units]
    assert overdue == sorted(overdue, reverse=True)
    areas = read_burnt(county, at=NOW).areas
    assert {area for area, _, _ in areas} >= {0}
    assert len({area for area, _, _ in areas}) > 1


def test_what_is_paused_in_time_has_no_overdue_seconds(county: Database) -> None:
    with county.connect() as connection:
        paused = [
            row[0] for row in connection.execute("SELECT id FROM incident WHERE stopped_at IS NOT NULL").fetchall()
        ]
    assert paused
    for incident_id in paused:
        assert sum(piece.overdue_s for piece in list_ledger(county, incident_id)) == 0


def test_rows_are_summed_by_unit_and_by_area_and_unit() -> None:
    rows = [BurntRow(7, None, 36000.0), BurntRow(7, 3, 3600.0), BurntRow(7, 0, 1800.0), BurntRow(9, None, 360.0)]
    assert sum_burnt(rows, 30) == Burnt(30, [(7, 10.0, 1.5), (9, 0.1, 0.0)], [(0, 7, 0.5), (3, 7, 1.0)])
    assert sum_burnt([], 5) == Burnt(5, [], [])


def test_cards_of_today_that_stand_and_what_is_queued(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat) VALUES ('unheard of', 118.805, 36.905)"
        )
        connection.execute(
            """
            INSERT INTO supervision (incident_id, kind, cause, at, lifted_at, lift_reason)
            SELECT i.id, c.kind, 'hand', now() - c.ago, CASE WHEN c.is_lifted THEN now() END,
                   CASE WHEN c.is_lifted THEN 'x' ELSE '' END
            FROM incident i, (VALUES ('yellow', interval '0', false), ('yellow', '0', true), ('red', '0', false),
                ('red', '0', false), ('black', '2 days', false), ('reminder', '0', false)) AS c (kind, ago, is_lifted)
            """
        )
    assert read_standing_figures(fresh_database) == {"yellow": 1, "red": 2, "black": 0, "queued": 1}
