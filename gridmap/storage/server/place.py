"""Where the private server keeps its files, and how short its socket path must be."""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import ServerError
from gridmap.storage.server.account import Account, find_account

logger = logging.getLogger(__name__)

SOCKET_PORT = 5432
# sockaddr_un.sun_path holds 108 bytes with the closing zero on Linux.
_MAX_SOCKET_PATH_BYTES = 107
_FALLBACK_HOME = Path("/var/lib/gridmap")


@dataclass(frozen=True)
class ServerPlace:
    """The folders and files of one private server."""

    home: Path
    account: Account

    @property
    def data_dir(self) -> Path:
        """The PostgreSQL data folder."""
        return self.home / "data"

    @property
    def log_dir(self) -> Path:
        """The server's logs, one file for each day of the week."""
        return self.home / "log"

    @property
    def start_log(self) -> Path:
        """What the server says before it opens its daily log."""
        return self.log_dir / "start.log"

    @property
    def start_lock(self) -> Path:
        """Held by the one process that starts or stops the server."""
        return self.home / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held, shared, by each process that uses the server; the last one out stops it."""
        return self.home / "users.lock"

    @property
    def keep_mark(self) -> Path:
        """Present when the server was started to stay (`gridmap db start`)."""
        return self.home / "keep"


def find_place(var_dir: Path, *, fallback_home: Path = _FALLBACK_HOME) -> ServerPlace:
    """Find the home of the private server of `var_dir` and the user that runs it; make the home.

    It is `var_dir/postgres`. When the server runs as another user (the program runs as root) who may not pass through
    the folders above, as under /root, it is a folder below `fallback_home` named after a hash of `var_dir`.

    Raises
    ------
    ServerError
        If the folder can't be made or used.
    """
    wanted = var_dir.resolve() / "postgres"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        account = find_account(wanted / "data")
        if not account.is_other or account.can_enter(wanted):
            _check_writable(wanted)
            return ServerPlace(home=wanted, account=account)
        home = fallback_home / make_place_key(var_dir)
        home.mkdir(parents=True, exist_ok=True)
        account = find_account(home / "data")
    except OSError as error:
        raise ServerError(
            f"The folder for the database can't be made: {error}. Make {var_dir} writable for this user, "
            "or name another folder with GRIDMAP_VAR_DIR."
        ) from error
    if not account.can_enter(home):
        raise ServerError(
            f"The user {account.name}, who runs the database server, may enter neither {wanted} nor {home}. "
            "Set GRIDMAP_VAR_DIR to a folder that other users may pass through."
        )
    logger.info("The user %s may not enter %s: the database is kept in %s", account.name, wanted, home)
    return ServerPlace(home=home, account=account)


def _check_writable(home: Path) -> None:
    if not os.access(home, os.W_OK | os.X_OK):
        raise ServerError(
            f"No permission to write in {home}, which belongs to user id {home.stat().st_uid}. "
            "Run as that user, or name another folder with GRIDMAP_VAR_DIR."
        )


def make_place_key(var_dir: Path) -> str:
    """Make a short name that is the same for each process of one `var_dir` and differs from all others."""
    return hashlib.sha256(os.fsencode(var_dir.resolve())).hexdigest()[:12]


def make_socket_dir(place: ServerPlace) -> Path:
    """Make the folder of the server's socket, open to the server's user alone, and give its path.

    It is `home/run`; when that is too long for a socket address (or can't be written in the server's list of
    folders), a folder in XDG_RUNTIME_DIR or /tmp named after a hash of the home.

    Raises
    ------
    ServerError
        If the folder can't be made or belongs to somebody else.
    """
    socket_dir = place.home / "run"
    if not is_socket_dir_usable(socket_dir):
        key = make_place_key(place.home)
        runtime_dir = os.environ.get("XDG_RUNTIME_DIR", "")
        socket_dir = Path("/tmp") / f"gridmap-{key}"  # noqa: S108  checked for its owner and mode below
        if runtime_dir and not place.account.is_other and is_socket_dir_usable(Path(runtime_dir) / f"gridmap-{key}"):
            socket_dir = Path(runtime_dir) / f"gridmap-{key}"
    make_private_dir(socket_dir, place.account)
    return socket_dir


def is_socket_dir_usable(socket_dir: Path) -> bool:
    """Tell whether a socket in this folder has an address that fits, and the name needs no quoting."""
    socket_path = os.fsencode(socket_dir / f".s.PGSQL.{SOCKET_PORT}")
    return len(socket_path) <= _MAX_SOCKET_PATH_BYTES and not set(str(socket_dir)) & set(",'\"\\\n")


def make_private_dir(folder: Path, account: Account) -> None:
    """Make a folder that only the account may enter; one that exists must be the account's, and be no link."""
    try:
        try:
            folder.mkdir(mode=0o700)
            if account.is_other:
                os.chown(folder, account.uid, account.gid)
        except FileExistsError:
            found = folder.lstat()
            if found.st_uid != account.uid or folder.is_symlink():
                raise ServerError(
                    f"{folder} belongs to user id {found.st_uid} and not to {account.name}, who runs the database "
                    "server. Remove it, or run as the user that made it."
                ) from None
            folder.chmod(0o700)
    except OSError as error:
        raise ServerError(f"The folder {folder} can't be made: {error}.") from error
