"""What was answered with 201 is there after all processes of the database were killed at once, and is there once."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from httpx import Client, HTTPError

from gridmap.storage.database import make_database
from gridmap.storage.migrate import migrate
from gridmap.storage.server import PrivateServer
from tests.county import insert_small_county

SENDERS = 4
KILLS = 1
SERVE = "import sys; from gridmap.cli import app; app(sys.argv[1:])"


@dataclass
class Sender:
    """A client that repeats a report under its key until it is taken, as docs/operations.md asks of clients."""

    name: str
    address: str
    stop: threading.Event
    answered: dict[str, int] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        with Client(base_url=self.address, trust_env=False, timeout=5) as client:
            number = 0
            while not self.stop.is_set():
                key = f"{self.name}-{number}"
                if self._send(client, key):
                    number += 1

    def _send(self, client: Client, key: str) -> bool:
        try:
            answer = client.post("/api/incidents", json=make_row(key), headers={"Idempotency-Key": key})
        except HTTPError:
            return False
        if answer.status_code in {200, 201}:
            self.answered[key] = answer.json()["id"]
            return True
        self.faults[answer.status_code] = answer.text
        time.sleep(0.05)
        return False


def make_row(key: str) -> dict[str, Any]:
    return {
        "channel": "hotline",
        "item_code": "A01",
        "title": key,
        "lon": 118.805,
        "lat": 36.915,
        "datum": "cgcs2000",
        "precision": "exact",
        "reported_at": "2026-11-20T15:00:00+08:00",
    }


@contextmanager
def serve(var_dir: Path) -> Iterator[str]:
    """Run `gridmap serve` in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = var_dir / "serve.log"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
            env={**os.environ, "GRIDMAP_VAR_DIR": str(var_dir)},
            stderr=written,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for_health(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(30)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, said


def wait_for_health(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    with Client(base_url=address, trust_env=False, timeout=5) as client:
        while time.monotonic() < until:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            with suppress(HTTPError):
                if client.get("/healthz").status_code == 200:
                    return
            time.sleep(0.1)
    pytest.fail("the server did not get ready")


def list_server_processes(postmaster: int) -> list[int]:
    """List the postmaster and its children, from the kernel."""
    found = [postmaster]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1]) == postmaster:
                found.append(int(stat.parent.name))
    return found


def kill_all(server: PrivateServer) -> None:
    """End every process of the database at the same moment: none may tidy up after another."""
    running = server.find_running()
    assert running is not None
    # Stopped first, so that the postmaster can neither start a child nor see one die.
    os.kill(running.pid, signal.SIGSTOP)
    processes = list_server_processes(running.pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
    assert len(processes) > SENDERS
    until = time.monotonic() + 15
    while any(is_alive(pid) for pid in processes):
        assert time.monotonic() < until, "the processes did not end"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether the process still runs; one that nobody has collected does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0] != "Z"
        )
    except OSError:
        return False


def test_what_was_answered_survives_the_kill_of_the_database(own_server: PrivateServer) -> None:
    with make_database(own_server.make_conninfo()).connect() as connection:
        migrate(connection)
        insert_small_county(connection)
        durability = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        assert durability.fetchone() == ("on", "on")
    stop = threading.Event()
    with serve(own_server.place.home.parent) as address:
        senders = [Sender(f"sender{number}", address, stop) for number in range(SENDERS)]
        threads = [threading.Thread(target=sender.run) for sender in senders]
        for thread in threads:
            thread.start()
        try:
            for _ in range(KILLS):
                wait_for_progress(senders)
                kill_all(own_server)
                own_server.start()
            wait_for_progress(senders)
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)
        answered = {key: incident_id for sender in senders for key, incident_id in sender.answered.items()}
        with Client(base_url=address, trust_env=False, timeout=5) as client:
            for key, incident_id in list(answered.items())[:: max(1, len(answered) // 20)]:
                assert client.get(f"/api/incidents/{incident_id}").json()["title"] == key
    assert {status for sender in senders for status in sender.faults} <= {503}, [sender.faults for sender in senders]
    with make_database(own_server.make_conninfo()).connect() as connection:
        rows = connection.execute("SELECT title, id FROM gridmap.incident").fetchall()
        told = connection.execute(
            "SELECT count(DISTINCT subject_id) FROM gridmap.outbox WHERE subject = 'incident'"
        ).fetchone()
    stored: dict[str, int] = dict(rows)
    assert len(stored) == len(rows), "a repeat under its key was stored twice"
    assert {key: stored.get(key) for key in answered} == answered
    # At most the one report that each sender had under way when it was stopped has no answer.
    assert len(stored.keys() - answered.keys()) <= SENDERS
    assert told == (len(rows),)


def wait_for_progress(senders: list[Sender]) -> None:
    """Wait until each sender has had ten more answers."""
    goals = [len(sender.answered) + 10 for sender in senders]
    until = time.monotonic() + 30
    while any(len(sender.answered) < goal for sender, goal in zip(senders, goals, strict=True)):
        assert time.monotonic() < until, [sender.faults for sender in senders]
        time.sleep(0.02)
