"""The database goes away and comes back: how soon the pool notices, and who starts a private server that died."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from gridmap.errors import ServerError
from gridmap.storage.database import Database, make_database
from gridmap.storage.server import PrivateServer
from gridmap.storage.server.state import was_stopped_in_order

OUTAGE_S = 4.0
LATEST_S = 2.0
"""The pause of the pool is 1 s give or take a tenth; doubled, the fourth attempt comes 7 s after the first."""
POOL_SIZE = 8


def fill_pool(database: Database) -> None:
    """Make the pool open all its connections, which then lie idle in it."""
    with ExitStack() as stack:
        for _ in range(POOL_SIZE):
            stack.enter_context(database.connect())


def ask(database: Database) -> object:
    with database.connect() as connection:
        return connection.execute("SELECT 1").fetchone()


def kill(server: PrivateServer) -> int:
    running = server.find_running()
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    return running.pid


def test_pool_answers_soon_after_a_long_outage(own_server: PrivateServer) -> None:
    with make_database(own_server.make_conninfo()).pooled(max_size=POOL_SIZE) as database:
        fill_pool(database)
        own_server.stop()
        # Somebody asks in the outage: from here on the pool tries to connect.
        with pytest.raises(psycopg.OperationalError), database.borrowed_from.connection(timeout=0.1):  # type: ignore[union-attr]
            pass
        time.sleep(OUTAGE_S)
        own_server.start()
        back_at = time.monotonic()
        assert ask(database) == (1,)
        assert time.monotonic() - back_at < LATEST_S


def test_pool_of_dead_connections_costs_the_first_request_little(own_server: PrivateServer) -> None:
    with make_database(own_server.make_conninfo()).pooled(max_size=POOL_SIZE) as database:
        fill_pool(database)
        own_server.stop()
        own_server.start()
        back_at = time.monotonic()
        assert ask(database) == (1,)
        assert time.monotonic() - back_at < LATEST_S


def test_start_right_after_a_kill_starts_a_new_server(own_server: PrivateServer) -> None:
    for _ in range(4):
        killed = kill(own_server)
        # No waiting: for some milliseconds the process is still to be seen.
        own_server.start()
        running = own_server.find_running()
        assert running is not None
        assert running.pid != killed
        with make_database(own_server.make_conninfo()).connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_halted_server_is_not_taken_for_dead(own_server: PrivateServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.storage.server.process._DYING_TIMEOUT_S", 0.5)
    monkeypatch.setattr("gridmap.storage.server.process._PING_TIMEOUT_S", 1)
    running = own_server.find_running()
    assert running is not None
    os.kill(running.pid, signal.SIGSTOP)
    try:
        assert not own_server.revive()
    finally:
        os.kill(running.pid, signal.SIGCONT)
    assert own_server.find_running() == running


def test_killed_server_is_revived_with_its_data(own_server: PrivateServer) -> None:
    with make_database(own_server.make_conninfo()).connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    assert not own_server.revive()
    kill(own_server)
    assert own_server.revive()
    with make_database(own_server.make_conninfo()).connect() as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_server_stopped_on_purpose_is_left_stopped(own_server: PrivateServer) -> None:
    own_server.stop()
    assert was_stopped_in_order(own_server.place, own_server.find_binaries())
    assert not own_server.revive()
    assert own_server.find_running() is None


def test_no_empty_database_in_place_of_a_lost_one(open_dir: Path) -> None:
    server = PrivateServer(open_dir)
    assert not server.revive()
    assert not server.place.data_dir.exists()


def test_unreadable_control_file_is_one_error(own_server: PrivateServer) -> None:
    own_server.stop()
    control = own_server.place.data_dir / "global" / "pg_control"
    control.rename(control.with_name("pg_control.aside"))
    try:
        with pytest.raises(ServerError, match="could not be examined"):
            own_server.revive()
    finally:
        control.with_name("pg_control.aside").rename(control)


def test_server_of_ones_own_is_its_owners() -> None:
    assert not make_database("postgresql://me@127.0.0.1:1/nothing").revive()
