"""Where a bench plays: a private PostGIS in a folder of its own (durable, as in use), and the program serving it."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from gridmap.storage.database import Database, make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import open_private_server

PROJECT_DIR = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def open_stage(database_url: str = "") -> Iterator[Database]:
    """Open the database of the URL, or an empty one on a private server that goes with the block; migrated."""
    with contextlib.ExitStack() as stack:
        if database_url:
            database = make_database(database_url)
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridmap-bench-")))
            # As root the server runs as another user, who must be able to enter.
            folder.chmod(0o755)
            database = make_database(stack.enter_context(open_private_server(folder / "var")).make_conninfo())
        with database.connect(autocommit=True) as connection:
            migrate(connection)
        yield database


@contextlib.contextmanager
def serve(database: Database) -> Iterator[tuple[str, int]]:
    """Serve the database by the program itself, in a process of its own; gives its address and process id."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    environment = {**os.environ, "GRIDMAP_DATABASE_URL": database.conninfo}
    command = [sys.executable, "-m", "gridmap", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT_DIR, env=environment)
    try:
        address = f"127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}/healthz") as answer:
                if answer.status == 200:
                    break
            time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)
