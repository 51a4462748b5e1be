"""The private server as its users see it: join it, leave it; the first starts it and the last one out stops it."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from gridmap.errors import ServerError
from gridmap.storage.server.binaries import Binaries, find_binaries, list_search_dirs
from gridmap.storage.server.cluster import (
    FreeSpace,
    check_free_space,
    make_cluster,
    read_data_major,
    read_free_bytes,
    write_config,
)
from gridmap.storage.server.config import SUPERUSER, make_config, read_memory_bytes
from gridmap.storage.server.place import SOCKET_PORT, find_place, make_private_dir, make_socket_dir
from gridmap.storage.server.process import (
    PidFile,
    find_running,
    find_surviving,
    remove_leftovers,
    start_process,
    stop_process,
    wait_until_ready,
)
from gridmap.storage.server.state import was_stopped_in_order

logger = logging.getLogger(__name__)

DATABASE_NAME = "gridmap"


class PrivateServer:
    """One private cluster in `var_dir/postgres`.

    Each process that uses it holds a shared lock on a file, which the kernel drops even at `kill -9`. So there is no
    count that could be wrong: whoever leaves and then gets the lock alone was the last, and stops the server.

    Parameters
    ----------
    var_dir
        The program's folder for what it makes.
    bin_dir
        Folder of the PostgreSQL programs; searched for when None.
    durable
        False only for tests: no flush to disk.
    free_space
        Reads the free bytes of a folder's disk.
    """

    def __init__(
        self,
        var_dir: Path,
        *,
        bin_dir: Path | None = None,
        durable: bool = True,
        free_space: FreeSpace = read_free_bytes,
    ) -> None:
        self.place = find_place(var_dir)
        self._bin_dir = bin_dir
        self._durable = durable
        self._free_space = free_space
        self._users_file: int | None = None

    def find_running(self) -> PidFile | None:
        """Find the live server process, None when it is not running."""
        return find_running(self.place.data_dir)

    def find_binaries(self) -> Binaries:
        """Find the PostgreSQL programs that can run this cluster."""
        binaries = find_binaries(list_search_dirs(self._bin_dir), data_major=read_data_major(self.place.data_dir))
        if self.place.account.is_other and not self.place.account.can_run(binaries.find_program("postgres")):
            raise ServerError(
                f"The user {self.place.account.name}, who runs the database server, may not run the programs in "
                f"{binaries.bin_dir}. Install PostgreSQL for all users, or run as an ordinary user."
            )
        return binaries

    def join(self) -> None:
        """Become a user of the server, and start it when it is not running.

        Raises
        ------
        ServerError
            If it can't be started.
        """
        with self._start_lock():
            if self._users_file is None:
                self._users_file = _open_lock(self.place.users_lock)
                fcntl.flock(self._users_file, fcntl.LOCK_SH)
            try:
                self._start()
            except BaseException:
                self._drop_users_lock()
                raise

    def leave(self) -> None:
        """Stop being a user; the last one out stops the server unless it was started to stay."""
        with self._start_lock():
            self._drop_users_lock()
            if not self.place.keep_mark.exists() and not self.is_used():
                self._stop()

    def start(self) -> None:
        """Start the server when it is not running, whoever uses it."""
        with self._start_lock():
            self._start()

    def revive(self) -> bool:
        """Start the server again when it died; leave it when it runs, was stopped in order, or is no more.

        For a process that lives on without it: nothing else restarts a server that was killed, by hand or for want
        of memory. What was committed is there: PostgreSQL recovers it from its log.

        Returns
        -------
        bool
            Whether it was started.

        Raises
        ------
        ServerError
            If it can't be started.
        """
        with self._start_lock():
            # Without the folder a start would make an empty database in place of the one that was lost.
            if not self.place.data_dir.exists() or find_surviving(self.place.data_dir) is not None:
                return False
            if was_stopped_in_order(self.place, self.find_binaries()):
                return False
            logger.warning("The database server in %s died; it is started again", self.place.home)
            self._start()
            return True

    def stop(self) -> None:
        """Stop the server, even when others use it; they can go on after the next start."""
        with self._start_lock():
            self.place.keep_mark.unlink(missing_ok=True)
            self._stop()

    def keep(self) -> None:
        """Let the server run on when the last user has left, until `stop`."""
        self.place.keep_mark.touch()

    def is_used(self) -> bool:
        """Tell whether a process (this one included) uses the server."""
        probe = _open_lock(self.place.users_lock)
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(probe)

    def destroy(self) -> None:
        """Stop the server and remove its whole folder with all data.

        Raises
        ------
        ServerError
            If another process uses it.
        """
        with self._start_lock():
            if self.is_used():
                raise ServerError(f"The database in {self.place.home} is in use: end the programs that use it first.")
            self._stop()
            shutil.rmtree(self.place.home, ignore_errors=True)

    def make_conninfo(self, database: str = DATABASE_NAME) -> str:
        """Make the connection string of one database of the running server.

        Raises
        ------
        ServerError
            If the server is not running.
        """
        running = self.find_running()
        if running is None:
            raise ServerError(f"The database server in {self.place.home} is not running. Start it: gridmap db start.")
        return make_conninfo(host=str(running.socket_dir), port=running.port, user=SUPERUSER, dbname=database)

    def _start(self) -> None:
        running = find_surviving(self.place.data_dir)
        if running is not None:
            if not running.is_ready:
                wait_until_ready(self.place)
            return
        binaries = self.find_binaries()
        check_free_space(self.place, self._free_space)
        make_private_dir(self.place.log_dir, self.place.account)
        if not self.place.data_dir.exists():
            make_cluster(self.place, binaries, durable=self._durable)
        socket_dir = make_socket_dir(self.place)
        remove_leftovers(self.place, socket_dir)
        config = make_config(
            socket_dir=socket_dir,
            port=SOCKET_PORT,
            log_dir=self.place.log_dir,
            durable=self._durable,
            memory_bytes=read_memory_bytes(),
        )
        write_config(self.place, config)
        running = start_process(self.place, binaries)
        self._make_database()
        logger.info("Database server started: process %d, socket in %s", running.pid, running.socket_dir)

    def _stop(self) -> None:
        if self.find_running() is None:
            return
        stop_process(self.place, self.find_binaries())
        logger.info("Database server stopped")

    def _make_database(self) -> None:
        with psycopg.connect(self.make_conninfo("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))

    def _drop_users_lock(self) -> None:
        if self._users_file is not None:
            os.close(self._users_file)
            self._users_file = None

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        lock = _open_lock(self.place.start_lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


@contextmanager
def open_private_server(var_dir: Path, *, bin_dir: Path | None = None, durable: bool = True) -> Iterator[PrivateServer]:
    """Use the private server of `var_dir` for the time of the block; see `PrivateServer`.

    Raises
    ------
    ServerError
        If it can't be started.
    """
    server = PrivateServer(var_dir, bin_dir=bin_dir, durable=durable)
    server.join()
    try:
        yield server
    finally:
        server.leave()


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServerError(f"{path} can't be opened: {error}. Run as the user that made it.") from error
