"""The demonstration county as frames: made once (20 s), then kept in a folder of our own.

Incidents are made of the county's frames, and those of a county that stands in the database are not made again only for
that. What is kept is named after everything it depends on: the inputs, the generator's own source, the seed. So it is
always what `make_county` would give, row for row.
"""

import hashlib
import logging
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import get_type_hints

import gridmap.demonstration
import gridmap.domain.divide
from gridmap.demonstration import County, make_county
from gridmap.errors import InputError
from gridmap.services.divide_workers import open_workers
from gridmap.storage.files.frames import read_frames, write_frames

logger = logging.getLogger(__name__)

# What rounds, sorts or draws differently after an upgrade.
_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "scipy", "pyproj")

Progress = Callable[[str, float], None]


def find_county(data_dir: Path, *, seed: int, kept_dir: Path, progress: Progress) -> County:
    """Find the county that was kept in a folder of `kept_dir`, or make it and keep it.

    A folder that can't be read is made anew, one that can't be written is done without; those of other inputs, seeds
    or versions are removed.

    Raises
    ------
    InputError
        If an input of `data_dir` is absent or faulty.
    """
    folder = kept_dir / make_key(data_dir, seed=seed)
    kinds = get_type_hints(County)
    if folder.is_dir():
        progress("Reading the county", 0.0)
        try:
            county = County(**read_frames(folder, kinds))
        except InputError as error:
            logger.warning("The county is made anew: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            progress("Reading the county", 1.0)
            return county
    with open_workers(processes=None, scheduler=None) as workers:
        county = make_county(
            data_dir, seed=seed, progress=progress, divide=lambda tasks: workers.divide(tasks, lambda _share: None)
        )
    try:
        for pattern in ("county-*", ".county-*"):
            for other in kept_dir.glob(pattern):
                shutil.rmtree(other, ignore_errors=True)
        write_frames(folder, {name: getattr(county, name) for name in kinds})
    except OSError as error:
        logger.warning("The county is not kept for the next start: %s", error)
    return county


def make_key(data_dir: Path, *, seed: int) -> str:
    """Make the name under which a county is kept: `county-` and a digest of all that it depends on."""
    digest = hashlib.sha256(f"{seed}".encode())
    for name in _LIBRARIES:
        digest.update(f" {name} {version(name)}".encode())
    # The grids are drawn by the engine that divides real villages.
    source = [Path(package.__file__ or "").parent for package in (gridmap.demonstration, gridmap.domain.divide)]
    for path in (
        *(path for one in source for path in sorted(one.glob("*.py"))),
        *sorted(path for path in data_dir.iterdir() if path.is_file()),
    ):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return f"county-{digest.hexdigest()[:16]}"
