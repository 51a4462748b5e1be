"""A version of the responsibility list stays as a whole once an incident came under it; others can be edited."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors as pg_errors

from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county

ITEM = "(SELECT id FROM responsibility_item WHERE list_id = {list} AND code = '{code}')"
PARTY = "INSERT INTO responsibility_party (item_id, role, unit_type, position) VALUES ({item}, 'assist', 'water', 9)"
DUTY = (
    "INSERT INTO responsibility_duty (item_id, role, unit_type, number, duty) VALUES ({item}, 'lead', 'police', 7, 'x')"
)
STAGE = (
    "INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit) "
    "VALUES ({item}, 2, 'x', 1, 'working_day')"
)
NEW_ITEM = (
    "INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit) "
    "VALUES ({list}, 'N1', 'c', 'n', 'county', 3, 'working_day')"
)
# What is done to a version; {item} is an item of it that no incident came under.
CHANGES = {
    "rename the list": "UPDATE responsibility_list SET name = 'x' WHERE id = {list}",
    "move its first day": "UPDATE responsibility_list SET effective_from = effective_from + 7 WHERE id = {list}",
    "add an item": NEW_ITEM,
    "rename an item": "UPDATE responsibility_item SET name = 'x' WHERE id = {item}",
    "give an item to another list": "UPDATE responsibility_item SET list_id = {spare}, code = 'M9' WHERE id = {item}",
    "take an item from another list": "UPDATE responsibility_item SET list_id = {list}, code = 'S9' "
    "WHERE list_id = {spare} AND code = 'S1'",
    "delete an item": "DELETE FROM responsibility_item WHERE id = {item}",
    "add a party": PARTY,
    "change a party": "UPDATE responsibility_party SET contact = 'x' WHERE item_id = {item}",
    "delete a party": "DELETE FROM responsibility_party WHERE item_id = {item}",
    "add a duty": DUTY,
    "change a duty": "UPDATE responsibility_duty SET duty = 'x' WHERE item_id = {item}",
    "delete a duty": "DELETE FROM responsibility_duty WHERE item_id = {item}",
    "add a stage": STAGE,
    "change a limit": "UPDATE responsibility_item SET limit_value = 9 WHERE id = {item}",
    "change a stage": "UPDATE responsibility_stage SET limit_value = 2 WHERE item_id = {item}",
    "delete a stage": "DELETE FROM responsibility_stage WHERE item_id = {item}",
    "delete all of it": "DELETE FROM responsibility_list WHERE id = {list}",
}
EMPTIED = ("responsibility_duty", "responsibility_party", "responsibility_stage")


@pytest.fixture(scope="module")
def lists(module_database: Database) -> dict[str, int]:
    """`used` has an incident under item A01, `off` one that came under it with an item it lacks; `spare` is unused."""
    ids = {}
    with module_database.connect() as connection:
        insert_small_county(connection)
        connection.execute("UPDATE responsibility_list SET name = 'used'")
        for name, day in (("off", "2026-01-01"), ("spare", "2030-01-01")):
            _copy(connection, name, day)
        connection.execute(STAGE.format(item=ITEM.format(list=1, code="A02")).replace("2, 'x'", "1, 'y'").encode())
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('A01', '2025-11-20 08:00+08')")
        connection.execute("INSERT INTO incident (item_code, reported_at) VALUES ('none', '2026-11-20 08:00+08')")
        ids = dict(connection.execute("SELECT name, id FROM responsibility_list").fetchall())
        kept = connection.execute("SELECT item_id, routing ->> 'list_name' FROM incident ORDER BY id").fetchall()
        assert [(row[0] is None, row[1]) for row in kept] == [(False, "used"), (True, "off")]
    return ids


def _copy(connection: Connection, name: str, day: str) -> None:
    connection.execute("INSERT INTO responsibility_list (name, effective_from) VALUES (%s, %s)", [name, day])
    connection.execute(
        "INSERT INTO responsibility_item (list_id, code, class_name, name, level, limit_value, limit_unit) "
        "SELECT n.id, c.code, 'c', 'n', 'county', 3, 'working_day' FROM responsibility_list n, "
        "unnest(ARRAY['A02', 'S1']) AS c (code) WHERE n.name = %s",
        [name],
    )
    connection.execute(
        "INSERT INTO responsibility_duty (item_id, role, unit_type, number) SELECT i.id, 'lead', 'police', 1 "
        "FROM responsibility_item i JOIN responsibility_list l ON l.id = i.list_id WHERE l.name = %s",
        [name],
    )
    connection.execute(
        "INSERT INTO responsibility_stage (item_id, number, name, limit_value, limit_unit) "
        "SELECT i.id, 1, 'y', 1, 'working_day' "
        "FROM responsibility_item i JOIN responsibility_list l ON l.id = i.list_id WHERE l.name = %s",
        [name],
    )


@pytest.fixture
def connection(module_database: Database, lists: dict[str, int]) -> Iterator[Connection]:
    with module_database.connect() as opened:
        yield opened
        opened.rollback()


def _do(connection: Connection, change: str, lists: dict[str, int], name: str) -> int:
    item = ITEM.format(list=lists[name], code="A02")
    statement = CHANGES[change].format(list=lists[name], spare=lists["spare"], item=item)
    return connection.execute(statement.encode()).rowcount


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["used", "off"])
def test_a_version_that_was_used_is_not_touched(
    connection: Connection, lists: dict[str, int], name: str, change: str
) -> None:
    with pytest.raises(pg_errors.RestrictViolation, match=rf"version {name}.*gridmap import items"):
        _do(connection, change, lists, name)


@pytest.mark.parametrize("change", [one for one in CHANGES if "another list" not in one])
def test_a_version_that_nobody_came_under_is_edited(connection: Connection, lists: dict[str, int], change: str) -> None:
    assert _do(connection, change, lists, "spare") == 1


@pytest.mark.parametrize("table", EMPTIED)
def test_nothing_is_emptied_either(connection: Connection, table: str) -> None:
    with pytest.raises(pg_errors.RestrictViolation, match="off, used"):
        connection.execute(f"TRUNCATE {table}".encode())


def test_a_dry_run_may_and_rolls_back(connection: Connection, lists: dict[str, int]) -> None:
    connection.execute("SELECT set_config('gridmap.dry_run', 'on', true)")
    assert _do(connection, "move its first day", lists, "used") == 1


def test_a_table_of_copies_is_refused_too(connection: Connection, lists: dict[str, int]) -> None:
    columns = "list_id, code, class_name, name, level, limit_value, limit_unit"
    with (
        pytest.raises(pg_errors.RestrictViolation),
        connection.cursor() as cursor,
        cursor.copy(f"COPY responsibility_item ({columns}) FROM STDIN".encode()) as copy,
    ):
        copy.write(f"{lists['used']}\tN2\tc\tn\tcounty\t3\tworking_day\n")


def test_the_message_is_one_sentence_for_a_person(connection: Connection, lists: dict[str, int]) -> None:
    with pytest.raises(psycopg.Error) as raised:
        _do(connection, "add an item", lists, "used")
    assert raised.value.diag.message_primary == (
        "responsibility_item: incidents came under version used of the responsibility list, so no part of it ever "
        "changes: store a new version with gridmap import items FILE --name N --effective-from DAY"
    )
