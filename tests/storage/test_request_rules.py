"""Requests in the database: an open one is of who holds the incident, in a status in which the action is possible."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from psycopg import errors as pg_errors

from gridmap.domain.incidents import Status, is_open
from gridmap.domain.life_cycle import CENTRE_STATUSES, LIFE_CYCLE, Action, list_steps
from gridmap.domain.requests import RequestKind
from gridmap.services.board import open_feed
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff

AT = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POSSIBLE = {"pause": {"handling", "extended"}, "extend": {"handling"}}


@pytest.fixture(scope="module")
def committed(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return module_database


@pytest.fixture
def county(committed: Database) -> Iterator[Connection]:
    with committed.connect() as connection:
        yield connection
        connection.rollback()


def insert(connection: Connection, status: str = "handling") -> int:
    closed = None if is_open(Status(status)) else AT + HOUR
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status, resolved_at) "
        "VALUES ('A02', 118.805, 36.905, %s, %s, %s) RETURNING id",
        [AT, status, closed],
    ).fetchone()
    assert row is not None
    return int(row[0])


def ask(connection: Connection, incident_id: int, kind: str = "pause", **changed: object) -> int:
    values = {
        "incident_id": incident_id,
        "kind": kind,
        "unit_id": find_unit_id(connection, "U-ENF"),
        "reason": "r",
        "extension": 1 if kind == "extend" else None,
        "requested_at": AT + HOUR,
        **changed,
    }
    row = connection.execute(
        f"INSERT INTO clock_request ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))}) RETURNING id",
        list(values.values()),
    ).fetchone()
    assert row is not None
    return int(row[0])


def read(connection: Connection, request_id: int, columns: str) -> tuple[Any, ...]:
    row = connection.execute(f"SELECT {columns} FROM clock_request WHERE id = %s", [request_id]).fetchone()
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", RequestKind)
def test_it_is_made_where_the_action_is_possible_and_nowhere_else(
    county: Connection, kind: RequestKind, status: Status
) -> None:
    assert {one.value for one in LIFE_CYCLE[Action(kind.value)].ways} == POSSIBLE[kind]
    incident_id = insert(county, status)
    if status.value in POSSIBLE[kind]:
        asked = ask(county, incident_id, kind)
        assert read(county, asked, "status, answer_by") == ("open", AT + 2 * HOUR)
        return
    words = "is not held by" if status in CENTRE_STATUSES else f"is {status}: {kind} is not possible"
    with pytest.raises(pg_errors.CheckViolation, match=words), county.transaction():
        ask(county, incident_id, kind)


def test_only_who_holds_it_asks_and_once(county: Connection) -> None:
    incident_id = insert(county)
    with pytest.raises(pg_errors.CheckViolation, match="is not held by"), county.transaction():
        ask(county, incident_id, unit_id=find_unit_id(county, "U-POL"))
    with pytest.raises(pg_errors.ForeignKeyViolation), county.transaction():
        ask(county, 10**9)
    ask(county, incident_id)
    ask(county, incident_id, "extend")
    for kind in RequestKind:
        with pytest.raises(pg_errors.UniqueViolation, match="one_open"), county.transaction():
            ask(county, incident_id, kind)


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": " "},
        {"extension": 1},
        {"kind": "extend", "extension": None},
        {"kind": "extend", "extension": 0},
        {"kind": "extend", "extension": "Infinity"},
        {"kind": "extend", "extension": "NaN"},
        {"kind": "resume"},
        {"status": "lost"},
        {"status": "refused", "ended_at": AT + HOUR},
        {"status": "withdrawn"},
        {"ended_at": AT + HOUR},
        {"status": "withdrawn", "ended_at": AT},
        {"kind": "extend", "status": "approved", "ended_at": AT + HOUR},
        {"kind": "extend", "status": "approved", "ended_at": AT + HOUR, "granted_extension": 2},
        {"status": "approved", "ended_at": AT + HOUR, "granted_extension": 1},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(county: Connection, changed: dict[str, Any]) -> None:
    incident_id = insert(county)
    kind = changed.get("kind", "pause")
    with pytest.raises(pg_errors.CheckViolation), county.transaction():
        ask(county, incident_id, **{"kind": kind, **changed})


def test_every_step_of_the_incident_keeps_or_drops_it(county: Connection) -> None:
    dropped = kept = 0
    for kind, (_, source, target) in product(RequestKind, list_steps()):
        if source.value not in POSSIBLE[kind]:
            continue
        with county.transaction(force_rollback=True):
            incident_id = insert(county, source)
            asked = ask(county, incident_id, kind)
            county.execute("SELECT set_config('gridmap.at', %s, true)", [(AT + 2 * HOUR).isoformat()])
            county.execute("UPDATE incident SET status = %s WHERE id = %s", [target.value, incident_id])
            if target.value in POSSIBLE[kind]:
                kept += 1
                assert read(county, asked, "status, ended_at, version") == ("open", None, 1)
            else:
                dropped += 1
                assert read(county, asked, "status, ended_at, version") == ("dropped", AT + 2 * HOUR, 2)
                assert read(county, asked, "ended_by, decision") == (None, "")
    assert (kept, dropped) == (1, len([1 for k, s in product(RequestKind, list_steps()) if s[1] in POSSIBLE[k]]) - 1)


def test_another_holder_drops_it_and_other_changes_do_not(county: Connection) -> None:
    incident_id = insert(county)
    asked = ask(county, incident_id)
    county.execute("UPDATE incident SET title = 'x', address = 'y' WHERE id = %s", [incident_id])
    assert read(county, asked, "status") == ("open",)
    # By psql or by a new routing: the status stays, the unit does not.
    police = find_unit_id(county, "U-POL")
    county.execute("UPDATE incident SET lead_unit_id = %s WHERE id = %s", [police, incident_id])
    assert read(county, asked, "status") == ("dropped",)
    again = ask(county, incident_id, unit_id=police)
    with maintenance(county):
        county.execute("DELETE FROM incident WHERE id = %s", [incident_id])
    gone = county.execute("SELECT count(*) FROM clock_request WHERE id IN (%s, %s)", [asked, again]).fetchone()
    assert gone == (0,)


def test_a_drop_is_never_before_the_request(county: Connection) -> None:
    incident_id = insert(county)
    asked = ask(county, incident_id, requested_at=AT + 5 * HOUR)
    county.execute("SELECT set_config('gridmap.at', %s, true)", [(AT + 2 * HOUR).isoformat()])
    county.execute("UPDATE incident SET status = 'returned' WHERE id = %s", [incident_id])
    assert read(county, asked, "status, ended_at") == ("dropped", AT + 5 * HOUR)


def test_many_at_once_drop_theirs_alone(county: Connection) -> None:
    ids = [insert(county) for _ in range(6)]
    asked = [ask(county, one) for one in ids]
    county.execute("UPDATE incident SET status = 'resolved' WHERE id = ANY(%s)", [ids[::2]])
    assert [read(county, one, "status")[0] for one in asked] == ["dropped", "open"] * 3


def test_the_board_is_told_without_a_reload(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        one, other = insert(connection), insert(connection)
    with open_feed(fresh_database) as feed:
        loaded = feed.load()
        before = loaded.board.find_row(one)
        assert before is not None
        assert before.flags & 12 == 0
        position = loaded.position

        def flags(*statements: str) -> int:
            nonlocal position
            with fresh_database.connect() as connection:
                for statement in statements:
                    connection.execute(statement.encode(), {"id": one})
            changes = feed.read_changes(position)
            position = changes.position
            assert not changes.must_reload
            (row,) = changes.rows
            assert row == before._replace(flags=row.flags)
            # A board that is loaded anew says the same, and nothing of the other one.
            again = feed.load().board
            assert again.find_row(one) == row
            assert again.find_row(other) == loaded.board.find_row(other)
            return row.flags - before.flags

        ask_one = """
            INSERT INTO gridmap.clock_request (incident_id, kind, unit_id, reason, extension, requested_at)
            SELECT id, '{kind}', holder_unit_id, 'r', {extension}, now() FROM gridmap.incident WHERE id = %(id)s
        """
        end_one = "UPDATE gridmap.clock_request SET status = 'withdrawn', ended_at = now() WHERE kind = '{kind}'"
        assert flags(ask_one.format(kind="pause", extension="NULL")) == 4
        assert flags(ask_one.format(kind="extend", extension="1")) == 12
        assert flags(end_one.format(kind="pause")) == 8
        assert flags(end_one.format(kind="extend")) == 0
