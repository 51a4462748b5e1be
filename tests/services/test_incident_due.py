"""How the due time of an incident was counted: the same instant as the triggers', whatever moved it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from gridmap.errors import NotFoundError
from gridmap.services.incident_due import IncidentDue, explain_incident_due, explain_incident_due_on
from gridmap.services.incident_life import read_incident_life
from gridmap.storage import ledger
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.due_basis import find_due_basis
from tests.county import insert_small_county


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
    return module_database


@pytest.fixture
def desk(county: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back."""
    with county.connect() as connection:
        yield connection
        connection.rollback()


def report(connection: Connection, at: str, *, item: str | None = "A02", target: str | None = None) -> int:
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, target_at) "
        "VALUES (%s, 118.805, 36.905, %s, %s) RETURNING id",
        [item, at, target],
    ).fetchone()
    assert row is not None
    return int(row[0])


def move(connection: Connection, incident_id: int, *steps: tuple[str, str]) -> None:
    """Set statuses, each as of an instant."""
    for status, at in steps:
        set_acting(connection, actor="x", role="system", action="", at=datetime.fromisoformat(at))
        connection.execute("UPDATE incident SET status = %s WHERE id = %s", [status, incident_id])


def explain(connection: Connection, incident_id: int) -> IncidentDue:
    basis = find_due_basis(connection, incident_id)
    assert basis is not None
    return explain_incident_due_on(connection, basis, ledger.list_pieces(connection, incident_id))


def check_same(found: IncidentDue) -> None:
    assert found.counted is not None
    assert found.basis.due_at is not None
    assert abs((found.counted.due.at - found.basis.due_at).total_seconds()) < 0.001


ON = "2026-11-{}T{}:00+08:00"
HANDLED = (
    ("accepted", ON.format(23, "10:00")),
    ("dispatched", ON.format(23, "11:00")),
    ("acknowledged", ON.format(23, "12:00")),
    ("handling", ON.format(23, "13:00")),
)


def test_a_plain_limit_is_counted_as_the_triggers_do(desk: Connection) -> None:
    found = explain(desk, report(desk, ON.format(20, "15:00")))
    check_same(found)
    assert found.counted is not None
    assert [day.explained.kind for day in found.counted.days][1:3] == ["weekend", "weekend"]
    assert found.counted.days[-1].total == pytest.approx(found.basis.limit.value)
    assert not found.basis.is_ordinary
    assert found.unpublished_years == []


def test_a_matter_on_no_list_has_the_ordinary_limit(desk: Connection) -> None:
    found = explain(desk, report(desk, ON.format(23, "09:00"), item=None))
    check_same(found)
    assert found.basis.is_ordinary
    assert (found.basis.limit.value, found.basis.limit.unit) == (3, "working_day")


def test_a_pause_stands_in_the_days_and_the_end_is_that_of_the_triggers(desk: Connection) -> None:
    one = report(desk, ON.format(23, "09:00"))
    move(desk, one, *HANDLED, ("paused", ON.format(23, "15:00")))
    standing = explain(desk, one)
    assert standing.counted is None
    assert standing.basis.stopped_at is not None
    move(desk, one, ("handling", ON.format(24, "15:00")))
    found = explain(desk, one)
    check_same(found)
    assert found.counted is not None
    assert sum(day.stopped for day in found.counted.days) == pytest.approx(1.0)
    assert found.counted.days[-1].total == pytest.approx(found.basis.limit.value)


def test_an_extension_lengthens_what_is_counted(desk: Connection) -> None:
    one = report(desk, ON.format(23, "09:00"))
    desk.execute("UPDATE incident SET extension = 1 WHERE id = %s", [one])
    found = explain(desk, one)
    check_same(found)
    assert found.counted is not None
    assert found.counted.days[-1].total == pytest.approx(found.basis.limit.value + 1)


def test_closed_time_before_a_reopening_moves_the_end(desk: Connection) -> None:
    one = report(desk, ON.format(23, "09:00"))
    move(
        desk,
        one,
        *HANDLED,
        ("resolved", ON.format(23, "16:00")),
        ("reopened", ON.format(24, "16:00")),
    )
    found = explain(desk, one)
    assert [stop.kind for stop in found.stops] == ["closed"]
    check_same(found)


def test_what_the_sender_set_is_not_counted(desk: Connection) -> None:
    found = explain(desk, report(desk, ON.format(23, "09:00"), target=ON.format(25, "12:00")))
    assert found.counted is None
    assert found.basis.due_at == found.basis.target_at


def test_a_year_that_is_not_published_is_named(desk: Connection) -> None:
    desk.execute("UPDATE calendar_year SET is_published = false WHERE year >= 2027")
    found = explain(desk, report(desk, "2026-12-31T15:00:00+08:00"))
    check_same(found)
    assert found.basis.is_provisional
    assert found.unpublished_years == [2027]


def test_who_asks_for_nothing_gets_an_error(county: Database) -> None:
    for number in (0, 999_999, 2**63):
        with pytest.raises(NotFoundError):
            explain_incident_due(county, number)
        with pytest.raises(NotFoundError):
            read_incident_life(county, number, is_open=False)
