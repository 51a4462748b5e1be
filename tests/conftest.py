"""The base of all tests: one private PostGIS for the whole run, databases cloned from a migrated one, real data.

With pytest-xdist the workers share the server through its own lock, as several processes of the program do.
"""

import fcntl
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from psycopg import errors as pg_errors
from psycopg import sql

from gridmap.storage.database import Connection, Database, make_database
from gridmap.storage.migrate import list_migrations, migrate
from gridmap.storage.server import PrivateServer, open_private_server

PROJECT_DIR = Path(__file__).resolve().parent.parent
_RUN_DIR = "GRIDMAP_TEST_RUN_DIR"
_RUN_PREFIX = "gridmap-test-"
_TEMPLATE = "gridmap_template"
_MEMORY_DIR = Path("/dev/shm")  # noqa: S108  used as a folder of ours below it, made with mkdtemp or a mode
_MEMORY_BYTES = 4_000_000_000
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile("gridmap", deadline=None)
hypothesis.settings.load_profile("gridmap")


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder of this run's server; the workers inherit it."""
    # A user's own settings, a server above all, must not reach a test.
    for name in [name for name in os.environ if name.startswith("GRIDMAP_")]:
        if name not in {_RUN_DIR, "GRIDMAP_REAL_DATA", "GRIDMAP_CHROMIUM", "GRIDMAP_POSTGRES_BIN_DIR"}:
            del os.environ[name]
    if not hasattr(config, "workerinput"):
        # Not pytest's own folder, which other users may not enter: as root the server runs as another one.
        for folder in {Path(tempfile.gettempdir()), _MEMORY_DIR}:
            _remove_dead_runs(folder)
        os.environ[_RUN_DIR] = str(find_server_dir() / f"{_RUN_PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}")


def find_server_dir() -> Path:
    """Find where servers put their data: in memory where there is room, cloning a database is ten times quicker there.

    A test kills processes, never the machine: what a server has handed to the system outlives it there too.
    """
    if os.access(_MEMORY_DIR, os.W_OK) and shutil.disk_usage(_MEMORY_DIR).free > _MEMORY_BYTES:
        return _MEMORY_DIR
    return Path(tempfile.gettempdir())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and remove their folder when all workers are done, also those that crashed."""
    if not hasattr(config, "workerinput"):
        _remove_run(Path(os.environ.pop(_RUN_DIR)))


def _remove_run(folder: Path) -> None:
    for data_dir in folder.glob("*/postgres/data"):
        PrivateServer(data_dir.parent.parent).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_dead_runs(temp_dir: Path) -> None:
    """Remove what a killed run left, its server above all; the name of the folder holds the process of the run."""
    for folder in temp_dir.glob(f"{_RUN_PREFIX}*"):
        pid = folder.name.removeprefix(_RUN_PREFIX).split("-")[0]
        if not pid.isdigit() or folder.stat().st_uid != os.geteuid():
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            _remove_run(folder)
        except PermissionError:
            continue


@pytest.fixture(scope="session")
def run_dir() -> Path:
    """A folder of this run that the server's user may enter."""
    folder = Path(os.environ[_RUN_DIR])
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    return folder


def read_bin_dir() -> Path | None:
    """Read where the programs of PostgreSQL are, if somebody says so."""
    named = os.environ.get("GRIDMAP_POSTGRES_BIN_DIR")
    return Path(named) if named else None


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A short-named folder of one test that the server's user may enter, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-dir-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(run_dir: Path) -> Iterator[PrivateServer]:
    """The private server of the run, without flushes to disk. A machine without PostGIS fails here, never skips."""
    with open_private_server(run_dir / "var", bin_dir=read_bin_dir(), durable=False) as found:
        yield found


@pytest.fixture
def own_server(run_dir: Path) -> Iterator[PrivateServer]:
    """A durable server of one test alone, which it may stop, kill and start (1.5 s); its database is not migrated."""
    folder = run_dir / f"own-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    found = PrivateServer(folder, bin_dir=read_bin_dir())
    found.join()
    yield found
    found.leave()
    found.stop()
    found.destroy()


@pytest.fixture(scope="session")
def template(server: PrivateServer, run_dir: Path) -> str:
    """The name of a database with all migrations applied, made once for all workers; nothing ever connects to it."""
    maintenance = make_database(server.make_conninfo("postgres"))
    with (run_dir / "template.lock").open("w") as lock, maintenance.connect(autocommit=True) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
        if found is None:
            growing = f"{_TEMPLATE}_new"
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(growing)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(growing)))
            with maintenance.with_name(growing).connect() as inside:
                migrate(inside)
                applied = inside.execute("SELECT count(*) FROM gridmap.migration").fetchone()
            assert applied == (len(list_migrations()),)
            rename = "ALTER DATABASE {} RENAME TO {}"
            connection.execute(sql.SQL(rename).format(sql.Identifier(growing), sql.Identifier(_TEMPLATE)))
    return _TEMPLATE


@contextmanager
def _cloned(server: PrivateServer, template: str | None) -> Iterator[Database]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    source = sql.Identifier(template or "template0")
    maintenance = make_database(server.make_conninfo("postgres"))
    with maintenance.connect(autocommit=True) as connection:
        # Copying files is quicker than logging each page of a template of this size, when nothing is flushed.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(name), source)
        connection.execute(create)
        try:
            yield make_database(server.make_conninfo(name), where=f"test database {name}")
        finally:
            try:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            except pg_errors.AdminShutdown:
                logging.getLogger(__name__).info("the server was restarted by the test")


@pytest.fixture(scope="session")
def database(server: PrivateServer, template: str) -> Iterator[Database]:
    """A migrated database of this worker; whoever commits to it spoils it: use `fresh_database` for that."""
    with _cloned(server, template) as cloned:
        yield cloned


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection to `database` whose transaction is rolled back after the test."""
    with database.connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def fresh_database(server: PrivateServer, template: str) -> Iterator[Database]:
    """A migrated database of this test alone, for tests that commit."""
    with _cloned(server, template) as cloned:
        yield cloned


@pytest.fixture(scope="module")
def module_database(server: PrivateServer, template: str) -> Iterator[Database]:
    """A migrated database of one test file, for a costly content that its tests only read."""
    with _cloned(server, template) as cloned:
        yield cloned


@pytest.fixture
def empty_database(server: PrivateServer) -> Iterator[Database]:
    """A database without PostGIS and without tables."""
    with _cloned(server, None) as cloned:
        yield cloned


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets, from GRIDMAP_REAL_DATA or beside the project; skips when it is not there."""
    named = os.environ.get("GRIDMAP_REAL_DATA")
    folder = Path(named) if named else PROJECT_DIR.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}: set GRIDMAP_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of the browser tests; a machine without one fails, never skips."""
    named = os.environ.get("GRIDMAP_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)
    if found is None or not os.access(found, os.X_OK):
        pytest.fail(f"No Chromium ({named or ', '.join(_CHROMIUM_NAMES)}): install it or set GRIDMAP_CHROMIUM.")
    return Path(found)
