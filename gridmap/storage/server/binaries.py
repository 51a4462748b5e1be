"""Where the PostgreSQL programs are, which version they have, and whether PostGIS is with them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import ServerError

MIN_POSTGRESQL_MAJOR = 15
_PROGRAMS = ("postgres", "initdb", "pg_ctl")
_INSTALL = (
    "On Debian or Ubuntu: apt-get install postgresql postgresql-{major}-postgis-3; "
    "with conda: conda install -c conda-forge postgresql postgis; "
    "or point GRIDMAP_DATABASE_URL to a server of your own."
)


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    bin_dir: Path
    major: int
    has_postgis: bool

    def find_program(self, name: str) -> Path:
        """Give the path of one program of this version."""
        return self.bin_dir / name


def list_search_dirs(bin_dir: Path | None = None) -> list[Path]:
    """List the folders where PostgreSQL programs may be, the most particular first.

    Parameters
    ----------
    bin_dir
        The folder that the settings name; then only this one is searched.
    """
    if bin_dir is not None:
        return [bin_dir]
    # Debian and Ubuntu keep each version apart and off the PATH; the Red Hat family does the same elsewhere.
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    prefixes = [os.environ.get("CONDA_PREFIX", ""), sys.prefix]
    found += [Path(prefix) / "bin" for prefix in prefixes if prefix]
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    return list(dict.fromkeys(found))


def list_binaries(search_dirs: Iterable[Path]) -> list[Binaries]:
    """List the complete PostgreSQL installations in the folders, the newest first."""
    found = []
    for folder in search_dirs:
        if not all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
            continue
        major = _read_major(folder)
        if major is not None:
            found.append(Binaries(bin_dir=folder, major=major, has_postgis=_has_postgis(folder)))
    # sorted() is stable, so the order of the search decides between two of one version.
    return sorted(found, key=lambda binaries: -binaries.major)


def find_binaries(search_dirs: Iterable[Path], *, data_major: int | None = None) -> Binaries:
    """Choose the PostgreSQL to run.

    Parameters
    ----------
    search_dirs
        Folders to look in, see `list_search_dirs`.
    data_major
        Major version of an existing data folder: only that version can read it.

    Raises
    ------
    ServerError
        If there is no PostgreSQL, only a too old one, none of the version of the data folder, or none with PostGIS.
    """
    searched = list(search_dirs)
    found = list_binaries(searched)
    if not found:
        places = ", ".join(str(folder) for folder in searched) or "no folder"
        advice = _INSTALL.format(major="NN")
        raise ServerError(f"No PostgreSQL programs (postgres, initdb, pg_ctl) were found; searched {places}. {advice}")
    versions = ", ".join(str(binaries.major) for binaries in found)
    if data_major is not None:
        usable = [binaries for binaries in found if binaries.major == data_major]
        if not usable:
            raise ServerError(
                f"The data folder was made by PostgreSQL {data_major}, which is not installed (found: {versions}). "
                f"Install version {data_major} with its PostGIS, or dump the data with that version, "
                "move the folder aside and load the dump into a new one."
            )
    else:
        usable = [binaries for binaries in found if binaries.major >= MIN_POSTGRESQL_MAJOR]
        if not usable:
            raise ServerError(
                f"PostgreSQL {MIN_POSTGRESQL_MAJOR} or newer is needed, found: {versions}. "
                + _INSTALL.format(major="NN")
            )
    for binaries in usable:
        if binaries.has_postgis:
            return binaries
    raise ServerError(
        f"PostgreSQL {usable[0].major} in {usable[0].bin_dir} has no PostGIS extension. "
        + _INSTALL.format(major=usable[0].major)
    )


def find_psql(bin_dir: Path | None = None) -> Path | None:
    """Find the interactive client: beside the newest server programs, else on the PATH; None when there is none."""
    for binaries in list_binaries(list_search_dirs(bin_dir)):
        if os.access(binaries.find_program("psql"), os.X_OK):
            return binaries.find_program("psql")
    on_path = shutil.which("psql")
    return None if on_path is None else Path(on_path)


def _read_major(folder: Path) -> int | None:
    try:
        shown = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
    return int(match.group(1)) if match else None


def _has_postgis(folder: Path) -> bool:
    return any((share / "extension" / "postgis.control").is_file() for share in _list_share_dirs(folder))


def _list_share_dirs(folder: Path) -> list[Path]:
    try:
        shown = subprocess.run(
            [folder / "pg_config", "--sharedir"], capture_output=True, text=True, timeout=20, check=False
        )
        if shown.returncode == 0 and shown.stdout.strip():
            return [Path(shown.stdout.strip())]
    except (OSError, subprocess.TimeoutExpired):
        pass
    # Minimal installations come without pg_config: then the usual places beside the programs.
    prefix = folder.parent
    return [prefix / "share", prefix / "share" / "postgresql", Path("/usr/share/postgresql") / prefix.name]
