"""The data folder: made once by initdb, whole or not at all."""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from gridmap.errors import ServerError
from gridmap.storage.server.binaries import Binaries
from gridmap.storage.server.config import CONFIG_NAME, SUPERUSER, make_access_map, make_access_rules
from gridmap.storage.server.faults import make_fault
from gridmap.storage.server.place import ServerPlace, make_private_dir

logger = logging.getLogger(__name__)

# initdb writes about 40 MB and 16 MB of log to begin with; the demonstration county fits in the rest.
_FREE_TO_CREATE_BYTES = 300 * 2**20
# Less than this and the next checkpoint or log segment (16 MB each) stops the server.
_FREE_TO_START_BYTES = 64 * 2**20

FreeSpace = Callable[[Path], int]


def read_free_bytes(folder: Path) -> int:
    """Read how many bytes are free on the disk of the folder."""
    return shutil.disk_usage(folder).free


def read_data_major(data_dir: Path) -> int | None:
    """Read the major version of PostgreSQL that made the data folder, None when there is no such folder.

    Raises
    ------
    ServerError
        If the folder exists but is no PostgreSQL data folder, or can't be read.
    """
    if not data_dir.exists():
        return None
    try:
        return int((data_dir / "PG_VERSION").read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ServerError(
            f"{data_dir} is no readable PostgreSQL data folder ({error}). Run as the user that made it, "
            "or move it aside to begin with an empty database."
        ) from error


def check_free_space(place: ServerPlace, free_space: FreeSpace = read_free_bytes) -> None:
    """Check that the disk has room to make the data folder, or to go on with the one there is.

    Raises
    ------
    ServerError
        If there is too little.
    """
    needed = _FREE_TO_START_BYTES if place.data_dir.exists() else _FREE_TO_CREATE_BYTES
    free = free_space(place.home)
    if free < needed:
        raise ServerError(
            f"The disk of {place.home} is full: {free / 2**20:.0f} MB are free and the database needs "
            f"{needed / 2**20:.0f} MB to start. Make room, or name another folder with GRIDMAP_VAR_DIR."
        )


def make_cluster(place: ServerPlace, binaries: Binaries, *, durable: bool) -> None:
    """Make the data folder with initdb: UTF-8, bytewise order, checksums, one role, access by the socket's owner.

    It grows under another name and is renamed when complete, so that a kill in between leaves nothing half made.

    Raises
    ------
    ServerError
        If initdb fails.
    """
    logger.info("Making the database folder %s with PostgreSQL %d", place.data_dir, binaries.major)
    growing = place.home / "data.new"
    shutil.rmtree(growing, ignore_errors=True)
    make_private_dir(growing, place.account)
    arguments: list[str | Path] = [
        binaries.find_program("initdb"),
        f"--pgdata={growing}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        # Chinese needs a UTF-8 character type (trigram search, upper and lower); order by code point is the same
        # on every machine, and an index does not break when the C library is upgraded.
        "--locale-provider=libc",
        "--lc-collate=C",
        "--data-checksums",
        "--auth=peer",
        *([] if durable else ["--no-sync"]),
    ]
    done = place.account.run([*arguments, "--lc-ctype=C.UTF-8"], timeout_s=300)
    if done.returncode != 0 and "invalid locale name" in done.stderr:
        logger.info("No locale C.UTF-8 on this machine: the database is made with the character type C")
        done = place.account.run([*arguments, "--lc-ctype=C"], timeout_s=300)
    if done.returncode != 0:
        shutil.rmtree(growing, ignore_errors=True)
        raise make_fault("made (initdb failed)", done.stderr, place)
    with (growing / "postgresql.conf").open("a", encoding="utf-8") as config:
        config.write(f"\ninclude '{CONFIG_NAME}'\n")
    _write_as(growing / CONFIG_NAME, "", place)
    growing.rename(place.data_dir)


def write_config(place: ServerPlace, config: str) -> None:
    """Write the settings and the access rules into the data folder."""
    _write_as(place.data_dir / CONFIG_NAME, config, place)
    _write_as(place.data_dir / "pg_hba.conf", make_access_rules(), place)
    _write_as(place.data_dir / "pg_ident.conf", make_access_map(place.account), place)


def _write_as(path: Path, text: str, place: ServerPlace) -> None:
    try:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        if place.account.is_other:
            os.chown(path, place.account.uid, place.account.gid)
    except OSError as error:
        raise make_fault(f"configured ({path.name})", str(error), place) from error
