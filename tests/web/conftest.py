"""A real server on a free port, on a database of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from gridmap.settings import Settings
from gridmap.storage.database import Database
from gridmap.web.context import WebContext, make_context
from gridmap.web.server import make_server
from tests.county import insert_small_county


@dataclass(frozen=True)
class Running:
    """A server that answers at `address` (host:port)."""

    address: str
    context: WebContext
    database: Database


@contextmanager
def run_server(database: Database, **settings: Any) -> Iterator[Running]:
    """Serve the database until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        context = make_context(Settings(port=port, **settings))
        context.open_database = lambda: nullcontext(database)
        config = uvicorn.Config(
            make_server(context), log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not (server.started and context.opened_live is not None and context.live.is_ready):
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < until, "the server did not get ready"
            time.sleep(0.02)
        try:
            yield Running(f"127.0.0.1:{port}", context, database)
        finally:
            server.should_exit = True
            thread.join(15)
            assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def county(fresh_database: Database) -> Database:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
    return fresh_database


@pytest.fixture
def running(county: Database) -> Iterator[Running]:
    with run_server(county) as found:
        yield found
