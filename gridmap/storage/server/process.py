"""The server process: is it alive, is it ours, start it, stop it."""

import logging
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import make_conninfo

from gridmap.errors import ServerError
from gridmap.storage.server.binaries import Binaries
from gridmap.storage.server.config import SUPERUSER
from gridmap.storage.server.faults import make_fault
from gridmap.storage.server.place import ServerPlace

logger = logging.getLogger(__name__)

_PROC = Path("/proc")
_READY_TIMEOUT_S = 120
_STOP_TIMEOUT_S = 60
_ORPHANS_TIMEOUT_S = 10
_DYING_TIMEOUT_S = 10
_PING_TIMEOUT_S = 2


@dataclass(frozen=True)
class PidFile:
    """What postmaster.pid says: line 1 the process, 4 the port, 5 the socket folder, 8 the state."""

    pid: int
    port: int
    socket_dir: Path
    is_ready: bool


def read_pid_file(data_dir: Path) -> PidFile | None:
    """Read postmaster.pid; None when there is none. What is missing of a file just being written is zero or empty."""
    try:
        lines = (data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ServerError(f"{data_dir} can't be read: {error}. Run as the user that made it.") from error
    lines += [""] * (8 - len(lines))
    return PidFile(
        pid=_read_int(lines[0]),
        port=_read_int(lines[3]),
        socket_dir=Path(lines[4].strip()),
        is_ready=lines[7].strip() == "ready",
    )


def find_running(data_dir: Path) -> PidFile | None:
    """Find the live server of this data folder, None when there is none.

    A pid file alone proves nothing: after a kill or a power cut its number may belong to any other program.
    """
    found = read_pid_file(data_dir)
    if found is None or found.pid <= 0 or not _is_server_of(found.pid, data_dir):
        return None
    return found


def find_surviving(data_dir: Path) -> PidFile | None:
    """Find the live server that will go on living, None when there is none or it is just dying.

    For some milliseconds after a kill -9 the process can still be seen, name and all; but it answers no more. One that
    neither answers nor ends (it was halted) counts as living: beside it no other can be started.
    """
    end = time.monotonic() + _DYING_TIMEOUT_S
    while (running := find_running(data_dir)) is not None:
        if not running.is_ready or _is_answering(running) or time.monotonic() > end:
            return running
        time.sleep(0.02)
    return None


def remove_leftovers(place: ServerPlace, socket_dir: Path) -> None:
    """Remove the pid file and the socket of a server that was killed, once none of its processes is left.

    PostgreSQL does so by itself only when the number in its lock files belongs to nobody of the same user: not when
    it was given to another program, and not while the killed process is kept as a zombie, as in a container whose
    first process does not collect its dead. The pid file also guards the shared memory: it must stay as long as any
    process of the old server lives.

    Raises
    ------
    ServerError
        If processes of the old server do not end.
    """
    if not _PROC.is_dir():
        return
    end = time.monotonic() + _ORPHANS_TIMEOUT_S
    while orphans := _list_processes_in(place.data_dir):
        if time.monotonic() > end:
            raise ServerError(
                f"The database server in {place.home} was killed, but its processes {orphans} still run. "
                "End them (kill -TERM) and start again."
            )
        time.sleep(0.1)
    for socket_file in socket_dir.glob(".s.PGSQL.*"):
        socket_file.unlink(missing_ok=True)
    pid_file = place.data_dir / "postmaster.pid"
    if pid_file.exists():
        pid_file.unlink()
        logger.info("Removed %s: its server had not been stopped in order; the database recovers by itself", pid_file)


def start_process(place: ServerPlace, binaries: Binaries) -> PidFile:
    """Start the server and wait until it accepts connections.

    Raises
    ------
    ServerError
        If it does not; with the reason from its log.
    """
    arguments: list[str | Path] = [
        binaries.find_program("pg_ctl"),
        "start",
        "-w",
        "-s",
        f"--timeout={_READY_TIMEOUT_S}",
        f"--pgdata={place.data_dir}",
        f"--log={place.start_log}",
    ]
    place.start_log.unlink(missing_ok=True)
    try:
        done = place.account.run(arguments, timeout_s=_READY_TIMEOUT_S + 10)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise make_fault("started", str(error), place) from error
    running = find_running(place.data_dir)
    if done.returncode != 0 or running is None:
        raise make_fault("started", done.stderr, place)
    return running


def wait_until_ready(place: ServerPlace) -> PidFile:
    """Wait for a server that somebody else has just started.

    Raises
    ------
    ServerError
        If it ends, or is not ready in time.
    """
    end = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < end:
        running = find_running(place.data_dir)
        if running is None:
            raise make_fault("started", "It ended while it was starting.", place)
        if running.is_ready:
            return running
        time.sleep(0.05)
    raise make_fault("started", f"It was not ready after {_READY_TIMEOUT_S} s.", place)


def stop_process(place: ServerPlace, binaries: Binaries) -> None:
    """Stop the server: connections are ended, transactions rolled back, everything written.

    Raises
    ------
    ServerError
        If it does not stop in time.
    """
    arguments: list[str | Path] = [
        binaries.find_program("pg_ctl"),
        "stop",
        "-w",
        "-s",
        "--mode=fast",
        f"--timeout={_STOP_TIMEOUT_S}",
        f"--pgdata={place.data_dir}",
    ]
    try:
        done = place.account.run(arguments, timeout_s=_STOP_TIMEOUT_S + 10)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise make_fault("stopped", str(error), place) from error
    if done.returncode != 0 and find_running(place.data_dir) is not None:
        raise make_fault("stopped", done.stderr, place)


def _is_answering(running: PidFile) -> bool:
    """Tell whether the server takes a connection, or says why it does not; 3 ms."""
    conninfo = make_conninfo(
        host=str(running.socket_dir),
        port=running.port,
        user=SUPERUSER,
        dbname="postgres",
        connect_timeout=_PING_TIMEOUT_S,
    )
    return pq.PGconn.ping(conninfo.encode()) in {pq.Ping.OK, pq.Ping.REJECT}


def _is_server_of(pid: int, data_dir: Path) -> bool:
    """Tell whether the process is alive and is a postgres that was started on this data folder."""
    try:
        if _PROC.is_dir():
            command = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
        else:
            command = subprocess.run(
                ["ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, check=False, timeout=20
            ).stdout
    except OSError:
        return False
    return b"postgres" in command and os.fsencode(data_dir) in command


def _list_processes_in(data_dir: Path) -> list[int]:
    """List the processes whose working folder is the data folder: that is where every server process stands."""
    found = []
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "cwd").readlink() == data_dir:
                found.append(int(entry.name))
        except OSError:
            continue  # it ended, or belongs to another user and so not to this server
    return found


def _read_int(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
