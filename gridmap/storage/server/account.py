"""Which operating-system user runs the private server: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import ServerError

# The first is made by the packages of Debian, Ubuntu and Red Hat; the second exists everywhere.
_ACCOUNTS_INSTEAD_OF_ROOT = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user that runs the server; `is_other` when it is not the user of this process."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run(self, arguments: Sequence[str | Path], *, timeout_s: float) -> subprocess.CompletedProcess[str]:
        """Run a program as this user and wait for its end, its output kept as text.

        The environment is made anew: `PG*` variables of the caller must not reach the server, and messages are to be
        English, since they are read for the cause of a failure.
        """
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "HOME": "/",
            **{name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PROJ_DATA", "GDAL_DATA") if name in os.environ},
        }
        return subprocess.run(
            [str(argument) for argument in arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout_s,
            env=environment,
            # A folder that this user may not enter must not become its working folder.
            cwd="/",
            # Ctrl-C goes to the whole foreground group: the server has to outlive it until it is stopped in order.
            start_new_session=True,
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user may pass through the folder and everything above it (modes and ACLs alike)."""
        return self.run(["test", "-x", folder], timeout_s=20).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Tell whether this user may run the program."""
        return self.run(["test", "-x", program], timeout_s=20).returncode == 0


def find_account(data_dir: Path) -> Account:
    """Find the user that is to run the server of this data folder.

    As an ordinary user it is that user. As root it is the owner of an existing data folder, else `postgres`, else
    `nobody`.

    Raises
    ------
    ServerError
        If this user has no name in the user database, or root finds no other user.
    """
    uid = os.geteuid()
    if uid != 0:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise ServerError(
                f"The user id {uid} has no name on this machine, and PostgreSQL needs one. "
                "Add it to /etc/passwd, or set GRIDMAP_DATABASE_URL to a server of your own."
            ) from None
        return Account(name=entry.pw_name, uid=uid, gid=entry.pw_gid, is_other=False)
    if data_dir.exists():
        owner = data_dir.stat().st_uid
        if owner == 0 or not _has_name(owner):
            raise ServerError(
                f"The data folder {data_dir} belongs to user id {owner}, which can't run PostgreSQL. "
                "Give it to the user postgres (chown -R postgres), or move it aside to begin with an empty database."
            )
        entry = pwd.getpwuid(owner)
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, is_other=True)
    for name in _ACCOUNTS_INSTEAD_OF_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, is_other=True)
    raise ServerError(
        f"PostgreSQL does not run as root, and none of the users {', '.join(_ACCOUNTS_INSTEAD_OF_ROOT)} exists. "
        "Add one (useradd --system postgres), or run as an ordinary user."
    )


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
