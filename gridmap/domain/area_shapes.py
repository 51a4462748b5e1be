"""Shapes that can be stored: valid, polygons only, one per code."""

from collections.abc import Hashable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

# About a square centimetre: what arithmetic leaves of a ring whose points are all on one line.
_MIN_DEG2 = 1e-14


@dataclass(frozen=True)
class Repair:
    """One geometry that was invalid: what was wrong, and by how much its area changed (m2, positive when it grew)."""

    row: int
    code: str
    fault: str
    area_change_m2: float


@dataclass(frozen=True)
class Dissolve:
    """Parts of one code that became one area."""

    code: str
    parts: int


def make_polygons(shape: BaseGeometry) -> MultiPolygon:
    """Keep the polygons of a geometry; lines and points that a repair leaves over have no area and go. May be empty."""
    parts = [
        part for part in shapely.get_parts(shape, return_index=False) if part.geom_type in {"Polygon", "MultiPolygon"}
    ]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.area > _MIN_DEG2]
    made = MultiPolygon(polygons)
    if made.is_valid:
        return made
    # Two parts of one repair may share an edge: together they are one polygon.
    return MultiPolygon([part for part in shapely.get_parts(shapely.union_all(polygons)) if part.area > _MIN_DEG2])


def repair_shapes(
    rows: gpd.GeoDataFrame, *, measure_crs: CRS
) -> tuple[gpd.GeoDataFrame, list[Repair], dict[Hashable, str]]:
    """Repair invalid polygons by `make_valid` with its structure method, and make all MultiPolygon.

    The structure method keeps rings as what they are (shells and holes); the default one turns the overlap of two
    loops into a hole, which for a boundary drawn twice over itself cuts a piece out of a grid.

    Parameters
    ----------
    rows
        Column code and polygons in EPSG:4490, lon/lat. Not changed.
    measure_crs
        Projected CRS in which the change of area is measured.

    Returns
    -------
    rows, repairs, faults
        The rows with an area; what was repaired; index -> reason of the rows without one.
    """
    shapes = rows.geometry.to_numpy().copy()
    is_bad = ~shapely.is_valid(shapes)
    reasons = shapely.is_valid_reason(shapes[is_bad])
    before = _measure_areas(shapes[is_bad], measure_crs)
    shapes[is_bad] = shapely.make_valid(shapes[is_bad], method="structure", keep_collapsed=False)
    after = _measure_areas(shapes[is_bad], measure_crs)
    for position in range(len(shapes)):
        shapes[position] = make_polygons(shapes[position])
    bad_rows = rows.index[is_bad]
    has_area = ~shapely.is_empty(shapes)
    faults: dict[Hashable, str] = {
        index: f"no area is left of the geometry ({shapely.is_valid_reason(rows.geometry.loc[index])})"
        for index in rows.index[~has_area]
    }
    repairs = [
        Repair(row=int(index), code=str(rows.at[index, "code"]), fault=str(fault), area_change_m2=float(change))
        for index, fault, change in zip(bad_rows, reasons, after - before, strict=True)
        if index not in faults
    ]
    made = rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index, crs=rows.crs))
    return made.loc[has_area], repairs, faults


def dissolve_codes(rows: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Dissolve], dict[Hashable, str]]:
    """Make one area of the parts of one code.

    Rows of one code with the same name and parent are parts of one area. A row of a code that is taken, with another
    name or parent, is a duplicate: the first stays, because a hole would be worse than a doubt, and the other is
    refused.

    Households of parts: a number repeated on every part is the area's; numbers that differ are added.

    Returns
    -------
    rows, dissolves, faults
        One row per code, in the order of the first appearance and with its index.
    """
    faults: dict[Hashable, str] = {}
    dissolves: list[Dissolve] = []
    kept: list[Hashable] = []
    made = rows.copy()
    for code, group in rows.groupby("code", sort=False):
        first = group.index[0]
        kept.append(first)
        if len(group) == 1:
            continue
        is_part = (group["name"] == group.at[first, "name"]) & (group["parent_code"] == group.at[first, "parent_code"])
        for index in group.index[~is_part]:
            faults[index] = f"code {code} is taken by row {first}, which has another name or parent"
        parts = group.loc[is_part]
        if len(parts) == 1:
            continue
        dissolves.append(Dissolve(code=str(code), parts=len(parts)))
        made.at[first, made.geometry.name] = make_polygons(shapely.union_all(parts.geometry.to_numpy()))
        numbers = [int(number) for number in parts["households"] if number is not None]
        made.at[first, "households"] = (numbers[0] if len(set(numbers)) == 1 else sum(numbers)) if numbers else None
    return made.loc[kept], dissolves, faults


def _measure_areas(shapes: np.ndarray, measure_crs: CRS) -> np.ndarray:
    return np.asarray(gpd.GeoSeries(shapes, crs="EPSG:4490").to_crs(measure_crs).area)
