"""What the triggers derive and write is not changed by hand; the program's own maintenance is let through."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import errors as pg_errors

from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff

REPORTED_AT = datetime(2026, 9, 14, 7, tzinfo=UTC)  # a Monday, 15:00 in the county
LATER = "now() + interval '9 days'"
# Every derived column with another value than it has, and the door that the message names.
DERIVED = {
    "near_due_at": (LATER, "target_at"),
    "due_at": (LATER, "target_at"),
    "twice_due_at": ("NULL", "target_at"),
    "is_provisional": ("true", "calendar clock"),
    "holder_unit_id": ("NULL", "gridmap transition"),
    "stopped_s": ("3600", "gridmap transition"),
    "stopped_at": ("now()", "gridmap transition"),
    "returns": ("2", "gridmap transition"),
    "extended_at": ("now()", "gridmap transition"),
    "version": ("99", "gridmap transition"),
    "generation_id": ("NULL", "reported_lon"),
    "area_id": ("NULL", "reported_lon"),
    "small_grid": ("'x'", "reported_lon"),
    "large_grid": ("'x'", "reported_lon"),
    "village": ("'x'", "reported_lon"),
    "township": ("'x'", "reported_lon"),
    "special_grid": ("'x'", "reported_lon"),
    "placement": ("'outside'", "reported_lon"),
    "margin_m": ("1", "reported_lon"),
    "item_id": ("NULL", "gridmap reroute"),
    "queue": ("'no_unit'", "gridmap reroute"),
    "routing": ("'{}'", "gridmap reroute"),
    "lead_rule": ("'jurisdiction'", "gridmap transition"),
    "jurisdiction_id": ("(SELECT min(id) FROM jurisdiction)", "gridmap transition"),
}
# What people and senders say, or what an action sets: it has a rule of its own, or none.
SAID = {
    "id", "source_key", "source_digest", "channel", "item_code", "title", "address", "reported_lon", "reported_lat",
    "datum", "precision", "reported_at", "received_at", "status", "resolved_at", "geom", "lead_unit_id", "extension",
    "merged_into_id", "target_at",
}  # fmt: skip
FOREIGN = {
    "incident": ["DELETE FROM incident", "TRUNCATE incident CASCADE"],
    "incident_event": [
        "UPDATE incident_event SET note = 'x'",
        "UPDATE incident_event SET at = at - interval '1 day'",
        "DELETE FROM incident_event",
        "TRUNCATE incident_event",
    ],
    "incident_hold": [
        "INSERT INTO incident_hold (incident_id, kind, from_at, to_at) SELECT id, 'held', now(), now() FROM incident",
        "UPDATE incident_hold SET unit_id = NULL",
        "DELETE FROM incident_hold",
        "TRUNCATE incident_hold",
    ],
    "incident_person": [
        "INSERT INTO incident_person (incident_id, part, staff_id) SELECT 1, 'verifier', min(id) FROM staff",
        "UPDATE incident_person SET part = 'verifier'",
        "DELETE FROM incident_person",
        "TRUNCATE incident_person",
    ],
}
STATEMENTS = [(table, one) for table, statements in FOREIGN.items() for one in statements]


@pytest.fixture(scope="module")
def committed(module_database: Database) -> Database:
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        connection.execute("SELECT set_config('gridmap.actor', 'op', true)")
        connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status) "
            "VALUES ('A02', 118.805, 36.905, %s, 'handling')",
            [REPORTED_AT],
        )
    return module_database


@pytest.fixture
def county(committed: Database) -> Iterator[Connection]:
    with committed.connect() as connection:
        yield connection
        connection.rollback()


def read(connection: Connection, what: str) -> tuple[object, ...]:
    row = connection.execute(f"SELECT {what} FROM incident WHERE id = 1".encode()).fetchone()
    assert row is not None
    return row


def test_every_column_is_derived_or_said(county: Connection) -> None:
    columns = county.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'gridmap' AND table_name = 'incident'"
    ).fetchall()
    assert {row[0] for row in columns} == SAID | set(DERIVED)
    assert not SAID & set(DERIVED)


@pytest.mark.parametrize("column", DERIVED)
def test_what_is_derived_is_not_set_by_hand(county: Connection, column: str) -> None:
    value, door = DERIVED[column]
    for also in ("", ", title = 'x'", ", status = 'extended', extension = 1"):
        with (
            pytest.raises(
                pg_errors.RestrictViolation, match=rf"incident 1: not set by hand: {column} follows from .*{door}"
            ),
            county.transaction(),
        ):
            county.execute(f"UPDATE incident SET {column} = {value}{also} WHERE id = 1".encode())
    # As it is: a client that writes a whole row back is not in the way.
    county.execute(f"UPDATE incident SET {column} = {column}, title = 'y' WHERE id = 1".encode())


@pytest.mark.parametrize("column", ["due_at", "stopped_s", "queue", "lead_rule", "area_id"])
def test_maintenance_may_and_ends_with_its_block(county: Connection, column: str) -> None:
    value, _ = DERIVED[column]
    statement = f"UPDATE incident SET {column} = {value} WHERE id = 1 RETURNING {column}".encode()
    with maintenance(county):
        assert county.execute(statement).rowcount == 1
    with pytest.raises(pg_errors.RestrictViolation), county.transaction():
        county.execute(f"UPDATE incident SET returns = 2, {column} = {column} WHERE id = 1".encode())


def test_maintenance_ends_with_an_error_too(county: Connection) -> None:
    with pytest.raises(pg_errors.DivisionByZero), county.transaction(), maintenance(county):
        county.execute("SELECT 1 / 0")
    with pytest.raises(pg_errors.RestrictViolation):
        county.execute("DELETE FROM incident")


def test_what_is_said_moves_what_is_derived(county: Connection) -> None:
    due_at, area_id = read(county, "due_at, area_id")
    county.execute("UPDATE incident SET reported_at = reported_at + interval '1 hour', reported_lon = 118.815")
    moved_due_at, moved_area_id = read(county, "due_at, area_id")
    assert moved_due_at == due_at + timedelta(hours=1)  # type: ignore[operator]
    assert moved_area_id != area_id
    county.execute("UPDATE incident SET target_at = %s", [REPORTED_AT + timedelta(days=9)])
    assert read(county, "due_at") == (REPORTED_AT + timedelta(days=9),)


def test_who_is_given_the_lead_by_a_statement_has_it_by_hand(county: Connection) -> None:
    assert read(county, "lead_rule") == ("county",)
    police = find_unit_id(county, "U-POL")
    county.execute("UPDATE incident SET lead_unit_id = %s, lead_rule = 'county' WHERE id = 1", [police])
    assert read(county, "lead_unit_id, holder_unit_id, lead_rule, jurisdiction_id") == (
        police,
        police,
        "assigned",
        None,
    )
    # By the rules again, as another item says.
    county.execute("UPDATE incident SET item_code = 'A04' WHERE id = 1")
    assert read(county, "lead_rule") == ("county",)


@pytest.mark.parametrize(("table", "statement"), STATEMENTS, ids=[one for _, one in STATEMENTS])
def test_history_ledger_and_rows_are_kept(county: Connection, table: str, statement: str) -> None:
    with pytest.raises(pg_errors.RestrictViolation, match=rf"^{table}: {statement.split()[0]} is refused: "):
        county.execute(statement.encode())


@pytest.mark.parametrize(("table", "statement"), STATEMENTS, ids=[one for _, one in STATEMENTS])
def test_maintenance_may_change_them(county: Connection, table: str, statement: str) -> None:
    if "INSERT INTO incident_person" in statement:
        statement = statement.replace("min(id)", "max(id)")
    if "INSERT INTO incident_hold" not in statement:
        county.execute("UPDATE incident SET status = 'resolved', resolved_at = now() WHERE id = 1")
    with maintenance(county):
        assert county.execute(statement.encode()).rowcount != 0, table


def test_a_line_may_be_added_to_the_history(county: Connection) -> None:
    added = "INSERT INTO incident_event (incident_id, kind, note) VALUES (1, 'moved', 'said') RETURNING actor"
    assert county.execute(added).fetchone() == (county.info.user,)


def test_an_action_writes_ledger_history_and_people(county: Connection) -> None:
    count = (
        "SELECT (SELECT count(*) FROM incident_hold), (SELECT count(*) FROM incident_event), (SELECT count(*) FROM {})"
    )
    before = county.execute(count.format("incident_person").encode()).fetchone()
    county.execute("SELECT set_config('gridmap.actor', 'enf-1', true)")
    county.execute("UPDATE incident SET status = 'resolved'")
    county.execute("SELECT set_config('gridmap.actor', 've', true)")
    county.execute("UPDATE incident SET status = 'handling'")
    after = county.execute(count.format("incident_person").encode()).fetchone()
    assert before is not None
    assert after is not None
    # The closed time and a new piece; two changes of status; handler and verifier.
    assert [now - then for then, now in zip(before, after, strict=True)] == [2, 2, 2]
