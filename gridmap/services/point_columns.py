"""Which columns of a file of points hold what."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.domain.datum import Floats
from gridmap.domain.incidents import Precision
from gridmap.domain.location import is_too_imprecise
from gridmap.errors import InputError
from gridmap.services.locate_options import LocateOptions
from gridmap.storage.files.points import PointFile

_LON_NAMES = ("lon", "lng", "longitude", "long", "x", "经度", "东经")
_LAT_NAMES = ("lat", "latitude", "y", "纬度", "北纬")


def take_coordinates(
    points: PointFile, name: str, options: LocateOptions, notes: list[str]
) -> tuple[Floats, Floats, NDArray[np.object_], tuple[str, str] | None]:
    """Give x, y, per row the reason to refuse it (empty: none), and the two columns, None when there is geometry."""
    columns = [str(column) for column in points.frame.columns]
    reason = np.full(len(points.frame), "", dtype=object)
    named = (options.lon_column, options.lat_column)
    if points.x is not None and points.y is not None and named == (None, None):
        reason[~(np.isfinite(points.x) & np.isfinite(points.y))] = "no geometry, or not a single point"
        return points.x, points.y, reason, None
    lon = options.lon_column or find_name(columns, _LON_NAMES)
    lat = options.lat_column or find_name(columns, _LAT_NAMES)
    for column, option in ((lon, "--lon-column"), (lat, "--lat-column")):
        if column is None or column not in columns:
            asked = f"no column {column}" if column else "no column that is named like a coordinate"
            raise InputError(f"{name} has {asked}; it has {', '.join(columns)}. Say which with {option}.")
    assert lon is not None  # noqa: S101
    assert lat is not None  # noqa: S101
    if named != (lon, lat):
        notes.append(f"longitude is taken from column {lon}, latitude from column {lat}")
    numbers = []
    for column in (lon, lat):
        cells = points.frame[column]
        number = pd.to_numeric(cells.str.strip() if pd.api.types.is_string_dtype(cells) else cells, errors="coerce")
        value = number.to_numpy(dtype=np.float64, na_value=np.nan)
        blank = (cells.isna() | (cells.astype(str).str.strip() == "")).to_numpy()
        for row in np.flatnonzero((reason == "") & ~np.isfinite(value)):
            reason[row] = f"no {column}" if blank[row] else f"{column} is no number: {cells.iloc[row]}"
        numbers.append(value)
    return numbers[0], numbers[1], reason, (lon, lat)


def take_precision(
    frame: pd.DataFrame, reason: NDArray[np.object_], name: str, options: LocateOptions
) -> NDArray[np.bool_]:
    if options.precision_column is None:
        return np.zeros(len(frame), dtype=bool)
    if options.precision_column not in frame.columns:
        known = ", ".join(map(str, frame.columns))
        raise InputError(f"{name} has no column {options.precision_column}; it has {known}.")
    values = frame[options.precision_column].astype(str).str.strip().str.lower()
    verdict = {precision.value: is_too_imprecise(precision, options.level) for precision in Precision}
    for row in np.flatnonzero((reason == "") & ~values.isin(list(verdict)).to_numpy()):
        reason[row] = f"unknown precision {values.iloc[row]!r}: one of {', '.join(verdict)}"
    return values.map(verdict).eq(True).to_numpy(dtype=bool)


def find_name(columns: list[str], names: tuple[str, ...]) -> str | None:
    plain = {re.sub(r"[\s_\-]", "", column).lower(): column for column in reversed(columns)}
    return next((plain[key] for name in names if (key := name.replace("_", "")) in plain), None)
