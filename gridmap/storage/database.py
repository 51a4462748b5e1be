"""Connections: to the private server, or to the server that the settings name."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from gridmap.errors import DatabaseError
from gridmap.sentence import Technical
from gridmap.storage.server import PrivateServer, open_private_server

logger = logging.getLogger(__name__)

MIN_SERVER_VERSION = 150000
MIN_POSTGIS_VERSION = (3, 3)
SEARCH_PATH = "gridmap,public"
_CONNECT_TIMEOUT_S = 10
_RECONNECT_S = 2
"""The pool doubles its pause between attempts until it gives up; anew after so long, the pause stays at 1 s."""

Connection = psycopg.Connection[TupleRow]
Pool = ConnectionPool[Connection]


class DatabaseSettings(Protocol):
    """The settings that decide which database is used; storage does not import the settings themselves."""

    @property
    def database_url(self) -> SecretStr | None: ...
    @property
    def var_dir(self) -> Path: ...
    @property
    def postgres_bin_dir(self) -> Path | None: ...


@dataclass(frozen=True)
class Database:
    """One database: how to reach it. `where` says it to people; the connection string may hold a password."""

    conninfo: str = field(repr=False)
    where: str
    is_private: bool = False
    borrowed_from: Pool | None = field(default=None, repr=False, compare=False)
    private_server: PrivateServer | None = field(default=None, repr=False, compare=False)

    def connect(self, *, autocommit: bool = False) -> AbstractContextManager[Connection]:
        """Open a connection for a `with` block: committed at its end, rolled back at an error, then closed.

        The search path is gridmap then public, the time zone UTC. In a `pooled` database it is borrowed instead,
        except with `autocommit`, which is for those who keep it (LISTEN) or change it for good.

        Raises
        ------
        DatabaseError
            If the server does not answer or refuses, or all connections of the pool stay in use.
        """
        if self.borrowed_from is not None and not autocommit:
            return self._borrow(self.borrowed_from)
        try:
            return psycopg.connect(self.conninfo, autocommit=autocommit)
        except psycopg.OperationalError as error:
            raise self._make_error(error) from error

    @contextmanager
    def pooled(self, *, min_size: int = 1, max_size: int = 8) -> Iterator["Database"]:
        """Give this database with a pool behind `connect`, for a process that serves: no new session for each call."""
        with self.pool(min_size=min_size, max_size=max_size) as pool:
            yield replace(self, borrowed_from=pool)

    def pool(self, *, min_size: int = 1, max_size: int = 8) -> Pool:
        """Make a pool of connections, to be opened with `with`; those lost by a restart are replaced within 1.1 s."""

        def check(connection: Connection) -> None:
            # One round trip on a unix socket (0.05 ms) so that a restart of the database costs no request.
            try:
                ConnectionPool.check_connection(connection)
            except psycopg.Error:
                # The others were lost with it. Left to be found one by one, each costs a pause twice as long.
                pool.check()
                raise

        # It would warn every second of an outage; those who ask for a connection say it in their own words.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        pool: Pool = ConnectionPool(
            self.conninfo,
            min_size=min_size,
            max_size=max_size,
            open=False,
            timeout=_CONNECT_TIMEOUT_S,
            check=check,
            reconnect_timeout=_RECONNECT_S,
            reconnect_failed=_try_again,
            name="gridmap",
        )
        return pool

    def revive(self) -> bool:
        """Start the private server again when it died; tell whether it was. A server of one's own is its owner's.

        Raises
        ------
        ServerError
            If it can't be started.
        """
        return self.private_server is not None and self.private_server.revive()

    def with_name(self, name: str) -> "Database":
        """Give the same server's database of another name."""
        return replace(self, conninfo=make_conninfo(self.conninfo, dbname=name), borrowed_from=None)

    @contextmanager
    def _borrow(self, pool: Pool) -> Iterator[Connection]:
        try:
            connection = pool.getconn()
        except psycopg.OperationalError as error:
            raise self._make_error(error) from error
        try:
            # Commits or rolls back, and does not close what belongs to a pool.
            with connection:
                yield connection
        finally:
            pool.putconn(connection)

    def _make_error(self, error: psycopg.OperationalError) -> DatabaseError:
        return DatabaseError(
            "No connection to the database ({where}): {cause}. "
            "Check that the server runs and that GRIDMAP_DATABASE_URL is right.",
            where=Technical(self.where),
            cause=Technical(str(error).strip()),
        )


@contextmanager
def open_database(settings: DatabaseSettings) -> Iterator[Database]:
    """Open the database for the time of the block: the URL's when the settings name one, else the private server's.

    The tables are not made here: see `gridmap.storage.migrate.migrate`.

    Raises
    ------
    ServerError
        If the private server can't be started.
    DatabaseError
        If the server of the URL does not answer, or is older than PostgreSQL 15 or PostGIS 3.3.
    """
    if settings.database_url is not None:
        database = make_database(settings.database_url.get_secret_value())
        with database.connect(autocommit=True) as connection:
            check_server(connection, where=database.where)
        yield database
        return
    with open_private_server(settings.var_dir, bin_dir=settings.postgres_bin_dir) as server:
        database = make_database(server.make_conninfo(), where=f"private server in {server.place.home}")
        yield replace(database, is_private=True, private_server=server)


def _try_again(pool: Pool) -> None:
    """Let a pool that gave up a connection begin anew, with its shortest pause."""
    if not pool.closed:
        pool.check()


def make_database(conninfo: str, *, where: str = "") -> Database:
    """Make the database of a URL or connection string, with what each of our sessions needs added to it.

    Raises
    ------
    DatabaseError
        If it is neither a PostgreSQL URL nor a connection string.
    """
    try:
        parts = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError as error:
        # The text of the error may repeat the URL and with it the password.
        raise DatabaseError(
            "GRIDMAP_DATABASE_URL is no PostgreSQL URL: it has the form postgresql://user:password@host:5432/name."
        ) from error
    options = f"{parts.get('options') or ''} -c search_path={SEARCH_PATH} -c timezone=UTC".strip()
    if not where:
        where = f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}, database {parts.get('dbname') or ''}"
    made = make_conninfo(
        conninfo,
        options=options,
        application_name="gridmap",
        connect_timeout=parts.get("connect_timeout") or _CONNECT_TIMEOUT_S,
    )
    return Database(conninfo=made, where=where)


def check_server(connection: Connection, *, where: str) -> None:
    """Check that the server is new enough and has PostGIS, installed in this database or ready to be.

    Raises
    ------
    DatabaseError
        If it is older than PostgreSQL 15, or PostGIS is absent or older than 3.3.
    """
    check_server_version(connection.info.server_version, where=where)
    row = connection.execute(
        "SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'postgis'"
    ).fetchone()
    check_postgis_version(None if row is None else (row[0] or row[1]), where=where)


def check_server_version(version: int, *, where: str) -> None:
    """Check a server version number as libpq gives it (150020 is 15.20)."""
    if version < MIN_SERVER_VERSION:
        raise DatabaseError(
            f"The database server ({where}) is PostgreSQL {version // 10000}; {MIN_SERVER_VERSION // 10000} or newer "
            "is needed. Upgrade it, or unset GRIDMAP_DATABASE_URL to use a private server."
        )


def check_postgis_version(version: str | None, *, where: str) -> None:
    """Check a PostGIS version such as 3.3.2; None means that the server has none."""
    needed = ".".join(str(part) for part in MIN_POSTGIS_VERSION)
    if version is None:
        raise DatabaseError(
            f"The database server ({where}) has no PostGIS extension. Install it there, version {needed} or newer "
            "(Debian: postgresql-NN-postgis-3)."
        )
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < MIN_POSTGIS_VERSION:
        raise DatabaseError(
            f"The database server ({where}) has PostGIS {version}; {needed} or newer is needed. Install it there, "
            "then: ALTER EXTENSION postgis UPDATE."
        )
