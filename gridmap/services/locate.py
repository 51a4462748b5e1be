"""Place the points of a file in the areas of another: file to file, no database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.domain.datum import Floats
from gridmap.domain.incidents import Placement
from gridmap.domain.location import AreaSet, Locator
from gridmap.errors import InputError
from gridmap.services.area_file import read_area_set
from gridmap.services.file_datum import check_not_swapped, find_file_datum, find_share_near, move_to_storage
from gridmap.services.locate_options import LocateOptions
from gridmap.services.point_columns import take_coordinates, take_precision
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.points import check_written_suffix, read_points, write_points

ADDED_COLUMNS = ("area_code", "placement", "margin_m")
_POINTS_AT_ONCE = 250_000

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class LocateReport:
    """What became of the rows: read = the sum of counts + rejected."""

    read: int
    areas: int
    counts: dict[str, int]
    rejected: int
    rejects_path: Path | None
    notes: list[str] = field(default_factory=list)
    """What was taken for granted, and what looks wrong."""


def locate_file(
    points_path: Path, areas_path: Path, out_path: Path, *, options: LocateOptions, progress: Progress | None = None
) -> LocateReport:
    """Place points in areas and write them with `area_code`, `placement` and `margin_m` added.

    The rows keep their order. A row without usable coordinates goes to `<out>.rejects.csv` with the reason; all others
    are in the result, whether they lie in an area or not.

    Raises
    ------
    NotFoundError, InputError
        If a file, a column, a datum or a CRS is missing or can't be used; nothing is written then.
    """
    tell = progress or (lambda _what, _share: None)
    check_written_suffix(out_path)
    for given in (points_path, areas_path):
        if out_path.resolve() == given.resolve():
            raise InputError(f"{out_path} is read from: give --out another name.")
    notes: list[str] = []
    tell("reading areas", 0.0)
    areas = read_area_set(areas_path, options, notes)
    tell("reading points", 0.0)
    points = read_points(points_path, layer=options.layer)
    taken = [name for name in ADDED_COLUMNS if name in points.frame.columns]
    if taken:
        raise InputError(
            f"{points_path.name} has a column {taken[0]} already. Rename it, so that nothing is written over."
        )
    x, y, reason, used = take_coordinates(points, points_path.name, options, notes)
    datum = find_file_datum(
        points.crs if used is None else None, options.datum, points_path.name, is_table=used is not None, notes=notes
    )
    check_not_swapped(x, y, areas, datum, points_path.name)
    is_imprecise = take_precision(points.frame, reason, points_path.name, options)
    lon, lat = move_to_storage(x, y, datum, points.crs if used is None else None)
    with np.errstate(invalid="ignore"):
        off = (reason == "") & ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    for row in np.flatnonzero(off):
        reason[row] = f"coordinates {x[row]:.12g}, {y[row]:.12g} are no place on earth"
    good = np.flatnonzero(reason == "")
    located = _locate(Locator(areas, level=options.level), lon[good], lat[good], is_imprecise[good], options, tell)
    tell("writing", 1.0)
    result = points.frame.iloc[good].assign(**located)
    write_points(out_path, result, lon=lon[good], lat=lat[good], has_lon_lat=used is not None)
    rejects_path = _write_rejects(out_path, points.frame, reason)
    counts = {placement.value: int((located["placement"] == placement.value).sum()) for placement in Placement}
    _note_far(lon[good], lat[good], areas, notes)
    return LocateReport(len(reason), len(areas), counts, len(reason) - len(good), rejects_path, notes)


def _locate(
    locator: Locator, lon: Floats, lat: Floats, is_imprecise: NDArray[np.bool_], options: LocateOptions, tell: Progress
) -> dict[str, NDArray[np.object_] | Floats]:
    parts = []
    # The raster is made for the first part and kept for the others.
    for low in range(0, max(len(lon), 1), _POINTS_AT_ONCE):
        tell("locating", low / max(len(lon), 1))
        part = slice(low, low + _POINTS_AT_ONCE)
        parts.append(
            locator.locate(lon[part], lat[part], is_imprecise=is_imprecise[part], with_margin=options.with_margin)
        )
    return {
        "area_code": np.concatenate([part.area_code for part in parts]),
        "placement": np.concatenate([part.placement for part in parts]),
        # Millimetres: more is below what the polygons are drawn with.
        "margin_m": np.round(np.concatenate([part.margin_m for part in parts]), 3),
    }


def _note_far(lon: Floats, lat: Floats, areas: AreaSet, notes: list[str]) -> None:
    if len(lon) and find_share_near(lon, lat, areas) < 0.5:
        notes.append("most points lie more than half a degree from the areas: check the datum and the columns")


def _write_rejects(out_path: Path, frame: pd.DataFrame, reason: NDArray[np.object_]) -> Path | None:
    path = out_path.with_name(out_path.name + ".rejects.csv")
    bad = reason != ""
    if not bad.any():
        # What an earlier run refused must not pass for this one's.
        path.unlink(missing_ok=True)
        return None
    rejects = frame[bad]
    rejects.insert(0, "reason", reason[bad], allow_duplicates=True)
    rejects.insert(0, "row", rejects.index, allow_duplicates=True)
    with write_whole(path) as growing:
        rejects.to_csv(growing, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path
