"""The small county with its staff, and an incident on its way: every test on a database of its own content."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gridmap.domain.life_cycle import Action, Carried
from gridmap.services.transitions import carry_out_on
from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county
from tests.staff import insert_staff

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 09:00 in the county
MORE_STAFF = (("pol-lead", "unit_lead", "U-POL", ""), ("op-2", "operator", None, ""))


@contextmanager
def _hold(connection: Connection) -> Iterator[Connection]:
    with connection.transaction():
        yield connection


@dataclass(frozen=True)
class Held(Database):
    """A database whose every `connect` is the same connection, in a transaction that the test rolls back."""

    connection: Any = None

    def connect(self, *, autocommit: bool = False) -> Any:
        """Give the connection for a block; an error undoes the block alone."""
        assert not autocommit
        return _hold(self.connection)


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """The small county with its staff; each test rolls back what it does."""
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        for code, role, unit, area in MORE_STAFF:
            connection.execute(
                "INSERT INTO staff (code, role, unit_id, area_code) "
                "VALUES (%s, %s, (SELECT id FROM unit WHERE code = %s::text), %s)",
                [code, role, unit, area],
            )
    return module_database


@pytest.fixture
def desk(county: Database) -> Iterator[Connection]:
    """The connection of one test."""
    with county.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def held(county: Database, desk: Connection) -> Database:
    """The database for services: all in the transaction of `desk`."""
    return Held(county.conninfo, where=county.where, connection=desk)


Report = Callable[..., int]


@pytest.fixture
def report(desk: Connection) -> Report:
    """Report a dog in the first village (the enforcement bureau leads, township 1 assists), on Monday at 9."""

    def make(**values: object) -> int:
        row = {
            "item_code": "A02",
            "reported_lon": 118.805,
            "reported_lat": 36.905,
            "reported_at": MONDAY,
            "title": "犬只扰民",
            **values,
        }
        columns, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        found = desk.execute(f"INSERT INTO incident ({columns}) VALUES ({marks}) RETURNING id", row).fetchone()
        assert found is not None
        return int(found[0])

    return make


def version_of(connection: Connection, incident_id: int) -> int:
    row = connection.execute("SELECT version FROM incident WHERE id = %s", [incident_id]).fetchone()
    assert row is not None
    return int(row[0])


def status_of(connection: Connection, incident_id: int) -> str:
    row = connection.execute("SELECT status FROM incident WHERE id = %s", [incident_id]).fetchone()
    assert row is not None
    return str(row[0])


def do(connection: Connection, incident_id: int, action: Action, actor: str, *, at: datetime, **carried: Any) -> None:
    # A block of its own: what is refused leaves the transaction of the test usable.
    with connection.transaction():
        carry_out_on(
            connection,
            incident_id,
            action,
            actor=actor,
            expected_version=version_of(connection, incident_id),
            carried=replace(Carried(), **carried),
            at=at,
        )
