"""The areas that points are placed in: one polygon per code, in the order of the codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.domain.datum import Floats
from gridmap.domain.zone import find_central_meridian, find_measure_transformer
from gridmap.errors import InputError

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class AreaSet:
    """Areas by rising code, so that the lower index is the lower code; CGCS2000 (EPSG:4490) lon/lat."""

    codes: NDArray[np.object_]
    geometries: NDArray[np.object_]
    repaired: tuple[str, ...] = ()
    """Codes of polygons that were invalid."""
    dissolved: tuple[str, ...] = ()
    """Codes that came in several rows and were made one."""
    empty: tuple[str, ...] = ()
    """Codes without any polygon; they are not in the set."""
    meridian_deg: int = field(default=0)
    """Central meridian of the measuring zone: the one of the middle of the areas."""

    def __len__(self) -> int:
        return len(self.codes)


def make_area_set(codes: Sequence[str], geometries: Sequence[BaseGeometry] | NDArray[np.object_]) -> AreaSet:
    """Make the set of areas that points are placed in.

    Codes are ordered by their code points, which is the order of their UTF-8 bytes and of PostgreSQL's collation "C".
    Invalid polygons are repaired, rows of one code dissolved, empty ones left out; the set tells which.

    Parameters
    ----------
    codes, geometries
        One each per row. Polygons or multipolygons, CGCS2000 degrees.

    Raises
    ------
    InputError
        If a code is empty, a geometry is no polygon, or a coordinate is no longitude and latitude.
    """
    names = np.asarray([str(code) for code in codes], dtype=object)
    shapes = np.array(geometries, dtype=object)
    if len(names) != len(shapes):
        raise InputError(f"{len(names)} codes for {len(shapes)} areas: give one each.")
    blank = np.flatnonzero(np.asarray([not name.strip() for name in names], dtype=bool))
    if len(blank):
        raise InputError(f"{len(blank)} areas have no code, the first in row {blank[0] + 1}. Give every area a code.")
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    wrong = np.flatnonzero(present & ~np.isin(shapely.get_type_id(shapes), _POLYGONAL))
    if len(wrong):
        first = shapes[wrong[0]].geom_type
        raise InputError(f"{len(wrong)} areas are no polygons, the first is {names[wrong[0]]} ({first}).")
    _check_degrees(names[present], shapes[present])
    broken = np.flatnonzero(present & ~shapely.is_valid(shapes))
    for row in broken:
        shapes[row] = _keep_polygons(shapely.make_valid(shapes[row]))
    present &= ~shapely.is_empty(shapes)
    empty = tuple(sorted(set(names[~present]) - set(names[present])))
    unique, first_row, inverse, counts = np.unique(
        names[present].astype(str), return_index=True, return_inverse=True, return_counts=True
    )
    kept = shapes[present]
    merged = kept[first_row]
    for index in np.flatnonzero(counts > 1):
        merged[index] = _keep_polygons(shapely.union_all(kept[inverse == index]))
    merged = shapely.orient_polygons(merged)
    if len(merged) == 0:
        return AreaSet(np.empty(0, dtype=object), np.empty(0, dtype=object), empty=empty)
    west, _, east, _ = shapely.total_bounds(merged)
    return AreaSet(
        codes=unique.astype(object),
        geometries=merged,
        repaired=tuple(sorted(set(names[broken]))),
        dissolved=tuple(unique[counts > 1].tolist()),
        empty=empty,
        meridian_deg=find_central_meridian(float(west + east) / 2),
    )


def measure_areas(areas: AreaSet) -> NDArray[np.object_]:
    """Give the polygons in metres of the measuring zone, as `area.geom_m` in the database holds them."""
    transform = find_measure_transformer(areas.meridian_deg).transform

    def to_m(coordinates: Floats) -> Floats:
        return np.column_stack(transform(coordinates[:, 0], coordinates[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(areas.geometries, to_m)
    return moved


def _keep_polygons(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape, return_index=False)
    parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    kept: BaseGeometry = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
    return kept


def _check_degrees(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> None:
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        fine = (bounds[:, 0] >= -180) & (bounds[:, 2] <= 180) & (bounds[:, 1] >= -90) & (bounds[:, 3] <= 90)
    if not fine.all():
        row = int(np.flatnonzero(~fine)[0])
        raise InputError(
            f"Area {names[row]} reaches from {bounds[row, 0]:g}, {bounds[row, 1]:g} to {bounds[row, 2]:g}, "
            f"{bounds[row, 3]:g}: that is no longitude and latitude. Say the datum of the areas, such as EPSG:4547."
        )
