"""The life cycle carried out on a real database."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gridmap.domain.incidents import Status
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.transitions import Action, Carried, carry_out, carry_out_on, list_actions
from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """The small county with its staff; each test rolls back what it does."""
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return module_database


@pytest.fixture
def desk(county: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back."""
    with county.connect() as connection:
        yield connection
        connection.rollback()


def report(connection: Connection, **values: object) -> int:
    """Report a dog (led by the enforcement bureau) in the first village."""
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status) "
        "VALUES (%(item)s, 118.805, 36.905, coalesce(%(at)s::timestamptz, now()), %(status)s) RETURNING id",
        {"item": "A02", "at": None, "status": "reported", **values},
    ).fetchone()
    assert row is not None
    return int(row[0])


def do(connection: Connection, incident_id: int, *steps: tuple[Action, str, Carried] | tuple[Action, str]) -> Status:
    """Carry out actions one after another, each on the version that the one before left."""
    done = None
    for action, actor, *carried in steps:
        row = connection.execute("SELECT version FROM incident WHERE id = %s", [incident_id]).fetchone()
        assert row is not None
        done = carry_out_on(
            connection,
            incident_id,
            action,
            actor=actor,
            expected_version=row[0],
            carried=carried[0] if carried else Carried(),
        )
    assert done is not None
    return done.to_status


HANDLED = (
    (Action.ACCEPT, "op"),
    (Action.DISPATCH, "di"),
    (Action.ACKNOWLEDGE, "enf-1"),
    (Action.START, "enf-1"),
)


def test_a_whole_life(desk: Connection) -> None:
    one = report(desk)
    status = do(
        desk,
        one,
        *HANDLED,
        (Action.RESOLVE, "enf-1", Carried(evidence=("photo-1",))),
        (Action.VERIFY, "ve"),
        (Action.CALL_BACK, "op", Carried(satisfied=True)),
    )
    assert status is Status.CALLED_BACK
    events = desk.execute(
        "SELECT action, actor, role FROM incident_event WHERE incident_id = %s AND kind = 'status' ORDER BY id", [one]
    ).fetchall()
    assert [row[0] for row in events] == [
        "accept",
        "dispatch",
        "acknowledge",
        "start",
        "resolve",
        "verify",
        "call_back",
    ]
    assert events[0][1:] == ("op", "operator")
