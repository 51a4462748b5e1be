"""A real server on a free port, a private PostGIS of its own that a test may restart, and Chromium."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from gridmap.storage.database import Database, make_database
from gridmap.storage.maintenance import maintenance
from gridmap.storage.migrate import migrate
from gridmap.storage.server import PrivateServer, open_private_server
from tests.conftest import find_server_dir, read_bin_dir
from tests.county import insert_small_county
from tests.staff import insert_staff

START_S = 40.0
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@dataclass
class Site:
    """The server under test: its process can be stopped and started, on the same port."""

    url: str
    port: int
    database: Database
    postgres: PrivateServer
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDMAP_")}
        environment["GRIDMAP_DATABASE_URL"] = self.database.conninfo
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gridmap", "serve", "--port", str(self.port)],
                env=environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self.process.poll() is None, f"the server ended at its start:\n{self.log.read_text()}"
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310  our own address
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        pytest.fail(f"the server did not answer within {START_S:.0f} s")

    def stop(self) -> None:
        """Stop the server as a service manager would."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def execute(self, statement: str, values: dict[str, object] | None = None) -> list[tuple[object, ...]]:
        """Run SQL as psql would, committed at once."""
        with self.database.connect(autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def maintain(self, statement: str, values: dict[str, object] | None = None) -> None:
        """Run SQL that changes what is derived: due times set by hand, incidents cleared between tests."""
        with self.database.connect() as connection, maintenance(connection):
            connection.execute(statement.encode(), values)


@dataclass
class Visit:
    """A page with what went wrong on it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site_data(run_dir: Path) -> Path:
    """The data of a stopped server with the small county, made once for all workers; a copy of it starts at once."""
    folder = run_dir / "site"
    with (run_dir / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run_dir / "site.ready").exists():
            with open_private_server(folder, bin_dir=read_bin_dir(), durable=False) as postgres:
                database = make_database(postgres.make_conninfo())
                with database.connect() as connection:
                    migrate(connection)
                with database.connect() as connection:
                    insert_small_county(connection)
            (run_dir / "site.ready").touch()
    return folder


@pytest.fixture(scope="module")
def site(site_data: Path) -> Iterator[Site]:
    """A server with the small county; module-wide, as its start costs seconds."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-browser-", dir=find_server_dir()))
    folder.chmod(0o755)
    # With owners and modes: as root the server runs as another user.
    subprocess.run(["cp", "-a", site_data, folder / "var"], check=True)
    with open_private_server(folder / "var", bin_dir=read_bin_dir(), durable=False) as postgres:
        database = make_database(postgres.make_conninfo())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        running = Site(f"http://127.0.0.1:{port}", port, database, postgres, folder / "server.log")
        try:
            running.start()
            yield running
        finally:
            running.stop()
    postgres.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Chromium, one for a file of tests; each test has its own context in it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM_ARGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A new page of 1600x900 that notes errors of the console and requests that leave the host."""
    context = browser.new_context(viewport={"width": 1600, "height": 900}, timezone_id="America/New_York")
    noted = Visit(context.new_page())

    def note_request(request: Request) -> None:
        if not request.url.startswith((site.url, site.url.replace("http", "ws", 1), "data:", "blob:")):
            noted.outside.append(request.url)

    noted.page.on("request", note_request)
    noted.page.on("pageerror", lambda error: noted.faults.append(str(error)))
    noted.page.on("console", lambda line: noted.faults.append(line.text) if line.type == "error" else None)
    yield noted
    context.close()


@pytest.fixture
def fresh_staff(site: Site) -> Iterator[None]:
    """No incident, call or admission, and the staff of the small county; without incidents again afterwards."""
    for table in ("unit_call", "incident", "admission"):
        site.maintain(f"DELETE FROM gridmap.{table}")
    with site.database.connect() as connection:
        connection.execute("DELETE FROM gridmap.staff")
        insert_staff(connection)
    yield
    site.maintain("DELETE FROM gridmap.incident")
