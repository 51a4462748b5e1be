"""Migrations: numbered `.sql` files, each applied in one transaction together with its record."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from psycopg import errors as pg_errors
from psycopg.pq import TransactionStatus

from gridmap.errors import DatabaseError, MigrationError
from gridmap.storage.database import Connection, check_postgis_version

# Any constant of our own: two processes that migrate one database wait for each other.
_LOCK_KEY = 4490_0001
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_TRANSACTION_COMMAND = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK|START\s+TRANSACTION)\s*;", re.IGNORECASE | re.MULTILINE)

Progress = Callable[["Migration"], None]


@dataclass(frozen=True)
class Migration:
    """One numbered file; the checksum is SHA-256 of its text with `\\n` line ends."""

    number: int
    name: str
    sql: str
    checksum: str


@dataclass(frozen=True)
class AppliedMigration:
    """One record of the database; `applied_at` is an aware instant."""

    number: int
    name: str
    checksum: str
    applied_at: datetime


@dataclass(frozen=True)
class MigrationStatus:
    """What was applied and what is still to be."""

    applied: list[AppliedMigration]
    pending: list[Migration]


def list_migrations(folder: Traversable | None = None) -> list[Migration]:
    """List the migrations of the package (or of a folder) by number.

    Raises
    ------
    MigrationError
        If a name has not the form 0001_name.sql, the numbers do not run 1, 2, 3 …, or a file ends its own transaction.
    """
    source = folder if folder is not None else files("gridmap.storage").joinpath("migrations")
    found = []
    for entry in source.iterdir() if source.is_dir() else ():
        if not entry.name.endswith(".sql"):
            continue
        match = _FILE_NAME.fullmatch(entry.name)
        if match is None:
            raise MigrationError(f"Migration {entry.name}: name it 0001_name.sql, small letters, digits and _.")
        text = entry.read_text(encoding="utf-8").replace("\r\n", "\n")
        if _TRANSACTION_COMMAND.search(text):
            raise MigrationError(
                f"Migration {entry.name}: take BEGIN and COMMIT out, the transaction is made around it."
            )
        checksum = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(number=int(match.group(1)), name=match.group(2), sql=text, checksum=checksum))
    found.sort(key=lambda migration: migration.number)
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise MigrationError(
                f"Migration {migration.number:04d}_{migration.name}.sql: number {expected:04d} was expected. "
                "Numbers run from 0001 without gaps and each is used once."
            )
    return found


def migration_status(connection: Connection, *, folder: Traversable | None = None) -> MigrationStatus:
    """Compare the database with the files. Changes nothing, leaves no transaction open.

    Raises
    ------
    MigrationError
        If an applied migration differs from its file, or the database has one that this version does not know.
    """
    migrations = list_migrations(folder)
    with connection.transaction():
        applied = _list_applied(connection)
    _check_applied(applied, migrations)
    return MigrationStatus(applied=applied, pending=migrations[len(applied) :])


def migrate(
    connection: Connection, *, folder: Traversable | None = None, progress: Progress | None = None
) -> list[Migration]:
    """Bring the database to this version; give the migrations that were applied now.

    Makes the extension PostGIS (in schema public), the schema gridmap and the table gridmap.migration when they are
    absent. Each migration and its record is one transaction of its own: this function commits, unlike all others of
    this tier, so the connection must be outside a transaction. A failing migration leaves the database as it was
    before that one. An advisory lock lets one process migrate at a time.

    Parameters
    ----------
    connection
        Outside a transaction.
    folder
        Other migrations than the package's own.
    progress
        Called before each migration.

    Raises
    ------
    MigrationError
        If a migration fails, an applied one differs from its file, or the database is newer than this version.
    DatabaseError
        If PostGIS can't be installed in the database.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise MigrationError("Migrations need a connection outside a transaction: commit or roll back first.")
    migrations = list_migrations(folder)
    with _locked(connection):
        with connection.transaction():
            _make_extension(connection)
            connection.execute("CREATE SCHEMA IF NOT EXISTS gridmap")
            connection.execute(
                """
                CREATE TABLE IF NOT EXISTS gridmap.migration (
                    number integer PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """
            )
            applied = _list_applied(connection)
            _check_applied(applied, migrations)
        pending = migrations[len(applied) :]
        for migration in pending:
            if progress is not None:
                progress(migration)
            _apply(connection, migration)
    return pending


def _apply(connection: Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            # Bytes without parameters: several statements in one call, and no character of it is a placeholder.
            connection.execute(migration.sql.encode())
            connection.execute(
                "INSERT INTO gridmap.migration (number, name, checksum) VALUES (%s, %s, %s)",
                [migration.number, migration.name, migration.checksum],
            )
    except psycopg.Error as error:
        line = _find_line(migration.sql, error)
        raise MigrationError(
            f"Migration {migration.number:04d}_{migration.name}.sql failed{line}: {str(error).strip()}\n"
            "The database is as it was before this migration."
        ) from error


def _find_line(sql_text: str, error: psycopg.Error) -> str:
    position = error.diag.statement_position
    if position is None or not position.isdigit():
        return ""
    return f" at line {sql_text.count(chr(10), 0, int(position) - 1) + 1}"


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """Hold the advisory lock of migrations, on a session in autocommit so that each transaction is a real one."""
    former = connection.autocommit
    connection.autocommit = True
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
        try:
            yield
        finally:
            if not connection.closed and not connection.broken:
                connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_KEY])
    finally:
        if not connection.closed and not connection.broken:
            connection.autocommit = former


def _make_extension(connection: Connection) -> None:
    where = f"{connection.info.host or 'local'}, database {connection.info.dbname}"
    try:
        connection.execute("SET LOCAL client_min_messages = warning")
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
    except pg_errors.InsufficientPrivilege as error:
        raise DatabaseError(
            f"No right to install PostGIS in the database ({where}). Let its administrator run once, in this "
            "database: CREATE EXTENSION postgis SCHEMA public;"
        ) from error
    except (pg_errors.UndefinedFile, pg_errors.FeatureNotSupported) as error:
        raise DatabaseError(
            f"The database server ({where}) has no PostGIS extension: install the package for its PostgreSQL version "
            f"(Debian: postgresql-NN-postgis-3). {str(error).strip()}"
        ) from error
    row = connection.execute(
        """
        SELECT extversion, nspname
        FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'postgis'
        """
    ).fetchone()
    check_postgis_version(None if row is None else str(row[0]), where=where)
    if row is not None and row[1] != "public":
        raise DatabaseError(f"PostGIS is in schema {row[1]} of the database ({where}); it has to be in schema public.")


def _list_applied(connection: Connection) -> list[AppliedMigration]:
    row = connection.execute("SELECT to_regclass('gridmap.migration') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return []
    rows = connection.execute("SELECT number, name, checksum, applied_at FROM gridmap.migration ORDER BY number")
    return [AppliedMigration(number=r[0], name=r[1], checksum=r[2], applied_at=r[3]) for r in rows]


def _check_applied(applied: list[AppliedMigration], migrations: list[Migration]) -> None:
    known = {migration.number: migration for migration in migrations}
    for expected, record in enumerate(applied, start=1):
        if record.number not in known:
            raise MigrationError(
                f"The database has migration {record.number:04d}_{record.name}, which this version does not know "
                f"(its last is {len(migrations):04d}). Use the newer version, or a database of this one."
            )
        if record.number != expected:
            raise MigrationError(f"The database has migration {record.number:04d} but not {expected:04d}.")
        if record.checksum != known[record.number].checksum:
            raise MigrationError(
                f"Migration {record.number:04d}_{record.name} was changed after it was applied on "
                f"{record.applied_at:%Y-%m-%d %H:%M} UTC. Put the file back as it was and write the change as a new "
                "migration; a database without data to keep can be made anew (gridmap db destroy)."
            )
