"""Data frames kept in a folder as Parquet: whole, or not there."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow

from gridmap.errors import InputError


def write_frames(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write each frame to `folder/<name>.parquet`; the folder appears when all of them are written.

    A folder that is there already is left as it is. Of a GeoDataFrame the geometry and its CRS are kept.

    Raises
    ------
    OSError
        If the folder above can't be made or written to.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, frame in frames.items():
            frame.to_parquet(growing / f"{name}.parquet")
        if not folder.exists():
            growing.rename(folder)
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def read_frames(folder: Path, names: Mapping[str, type[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Read the frames that `write_frames` wrote, by name and whether each is a DataFrame or a GeoDataFrame.

    Raises
    ------
    InputError
        If one is not there or can't be read; the message names the folder.
    """
    try:
        return {
            name: (gpd if issubclass(kind, gpd.GeoDataFrame) else pd).read_parquet(folder / f"{name}.parquet")
            for name, kind in names.items()
        }
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise InputError(
            f"{folder} does not hold the frames {', '.join(names)}: {error}. Remove the folder."
        ) from error
