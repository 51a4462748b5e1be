"""Migrations: applied once, in order, each whole or not at all, and never silently over a strange database."""

import threading
from pathlib import Path

import pytest

from gridmap.errors import DatabaseError, MigrationError
from gridmap.storage.database import Connection, Database
from gridmap.storage.migrate import list_migrations, migrate, migration_status


def write_migration(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_migration(
        tmp_path, "0001_first.sql", "CREATE TABLE gridmap.a (n integer);\nINSERT INTO gridmap.a VALUES (1);"
    )
    write_migration(tmp_path, "0002_second.sql", "-- 100% sure\nALTER TABLE gridmap.a ADD COLUMN m integer DEFAULT 7;")
    (tmp_path / "README.md").write_text("not a migration", encoding="utf-8")
    return tmp_path


def count_rows(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_applies_in_order_once_and_reports(empty_database: Database, folder: Path) -> None:
    seen: list[int] = []
    with empty_database.connect() as connection:
        before = migration_status(connection, folder=folder)
        assert (before.applied, [migration.number for migration in before.pending]) == ([], [1, 2])
        done = migrate(connection, folder=folder, progress=lambda migration: seen.append(migration.number))
        assert [migration.number for migration in done] == seen == [1, 2]
        assert not connection.autocommit
        assert connection.execute("SELECT n, m FROM gridmap.a").fetchall() == [(1, 7)]
        connection.rollback()
        assert migrate(connection, folder=folder) == []
        after = migration_status(connection, folder=folder)
        assert [(record.number, record.name) for record in after.applied] == [(1, "first"), (2, "second")]
        assert after.applied[0].applied_at.utcoffset() is not None
        assert after.pending == []
    with empty_database.connect() as connection:
        assert count_rows(connection, "gridmap.migration") == 2


def test_session_has_search_path_zone_and_postgis(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        migrate(connection, folder=folder)
        assert connection.execute("SELECT current_schemas(false)").fetchone() == (["gridmap", "public"],)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW application_name").fetchone() == ("gridmap",)
        assert connection.execute("SELECT ST_SRID(ST_Point(118.7, 36.9, 4490))").fetchone() == (4490,)


def test_failing_migration_leaves_the_database_as_it_was(empty_database: Database, folder: Path) -> None:
    write_migration(folder, "0003_third.sql", "CREATE TABLE gridmap.b ();\n\nSELECT nothing_like_it();")
    write_migration(folder, "0004_fourth.sql", "CREATE TABLE gridmap.c ();")
    with empty_database.connect() as connection:
        with pytest.raises(MigrationError, match=r"0003_third\.sql failed at line 3.*nothing_like_it"):
            migrate(connection, folder=folder)
        assert connection.execute("SELECT to_regclass('gridmap.b'), to_regclass('gridmap.c')").fetchone() == (
            None,
            None,
        )
        assert count_rows(connection, "gridmap.migration") == 2
        connection.rollback()
        write_migration(folder, "0003_third.sql", "CREATE TABLE gridmap.b ();")
        assert [migration.number for migration in migrate(connection, folder=folder)] == [3, 4]


def test_changed_file_is_refused(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        migrate(connection, folder=folder)
        write_migration(folder, "0001_first.sql", "CREATE TABLE gridmap.a (n bigint);")
        write_migration(folder, "0003_third.sql", "CREATE TABLE gridmap.b ();")
        with pytest.raises(MigrationError, match=r"0001_first.* was changed after it was applied"):
            migrate(connection, folder=folder)
        with pytest.raises(MigrationError, match="was changed"):
            migration_status(connection, folder=folder)
        assert connection.execute("SELECT to_regclass('gridmap.b')").fetchone() == (None,)


def test_line_ends_are_no_change(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        migrate(connection, folder=folder)
        path = folder / "0001_first.sql"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert migrate(connection, folder=folder) == []


def test_newer_database_is_refused(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        migrate(connection, folder=folder)
        (folder / "0002_second.sql").unlink()
        with pytest.raises(MigrationError, match=r"0002_second, which this version does not know .*0001"):
            migrate(connection, folder=folder)


def test_gap_in_the_records_is_refused(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        migrate(connection, folder=folder)
        connection.execute("DELETE FROM gridmap.migration WHERE number = 1")
        connection.commit()
        with pytest.raises(MigrationError, match="0002 but not 0001"):
            migrate(connection, folder=folder)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("0004_gap.sql", "SELECT 1", "0003 was expected"),
        ("0002_twice.sql", "SELECT 1", "0003 was expected"),
        ("3_short.sql", "SELECT 1", "name it 0001_name.sql"),
        ("0003_Capital.sql", "SELECT 1", "name it 0001_name.sql"),
        ("0003_ends.sql", "CREATE TABLE x ();\nCOMMIT;", "take BEGIN and COMMIT out"),
    ],
)
def test_badly_made_folder_is_refused(folder: Path, name: str, text: str, message: str) -> None:
    write_migration(folder, name, text)
    with pytest.raises(MigrationError, match=message):
        list_migrations(folder)


def test_body_of_a_function_may_begin(folder: Path) -> None:
    body = "CREATE FUNCTION gridmap.f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  NULL;\nEND\n$$;"
    write_migration(folder, "0003_function.sql", body)
    assert len(list_migrations(folder)) == 3


def test_open_transaction_is_refused(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        connection.execute("SELECT 1")
        with pytest.raises(MigrationError, match="outside a transaction"):
            migrate(connection, folder=folder)


def test_two_at_once_apply_each_migration_once(empty_database: Database, folder: Path) -> None:
    write_migration(folder, "0003_slow.sql", "SELECT pg_sleep(0.3); CREATE TABLE gridmap.b ();")
    done: list[int] = []

    def run() -> None:
        with empty_database.connect() as connection:
            done.extend(migration.number for migration in migrate(connection, folder=folder))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [1, 2, 3]


def test_user_without_rights_is_told_what_to_run(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        connection.execute("CREATE ROLE plain")
        try:
            connection.execute("SET ROLE plain")
            connection.commit()
            with pytest.raises(DatabaseError, match="CREATE EXTENSION postgis SCHEMA public"):
                migrate(connection, folder=folder)
        finally:
            connection.execute("RESET ROLE")
            connection.execute("DROP ROLE plain")


def test_postgis_in_another_schema_is_refused(empty_database: Database, folder: Path) -> None:
    with empty_database.connect() as connection:
        connection.execute("CREATE SCHEMA geo")
        connection.execute("CREATE EXTENSION postgis SCHEMA geo")
        connection.commit()
        with pytest.raises(DatabaseError, match="schema geo"):
            migrate(connection, folder=folder)


def test_own_migrations_apply_and_are_all_recorded(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        status = migration_status(connection)
    assert [record.number for record in status.applied] == [migration.number for migration in list_migrations()]
    assert status.pending == []
