"""How well the areas of one level tile: overlaps, gaps, slivers, and what of the parents they leave uncovered.

Topology is decided on the stored degrees, where neighbours share their vertices; a straight line between two of them
is no straight line in a projection, which would turn a vertex on one side only into an overlap of many square metres.
Only the pieces found are brought to the measuring zone, to give their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

Shapes = NDArray[np.object_]

# Below a square metre lies the arithmetic of files written with seven decimals, not a fault of the survey.
MIN_AREA_M2 = 1.0
# A piece narrower than this on average (twice the area by the perimeter) is a line drawn twice, not land.
SLIVER_WIDTH_M = 2.0


@dataclass(frozen=True)
class Piece:
    """One piece of land in two areas, or in none: codes of the areas (or around it), size, and a point inside."""

    codes: tuple[str, ...]
    area_m2: float
    width_m: float
    lon: float
    lat: float
    shape: shapely.Geometry

    @property
    def is_sliver(self) -> bool:
        """Tell whether the piece is a line drawn twice rather than land."""
        return self.width_m < SLIVER_WIDTH_M


def find_overlaps(areas: gpd.GeoDataFrame, *, measure_crs: CRS) -> list[Piece]:
    """Find the land that two areas both have, one piece per pair; pieces of under 1 m2 are left out.

    Parameters
    ----------
    areas
        Column code and valid polygons in EPSG:4490.
    measure_crs
        In metres.
    """
    shapes: Shapes = areas.geometry.to_numpy()
    codes = areas["code"].to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(shapes[left], shapes[right])
    has_land = shapely.area(shared) > 0
    pairs = [(str(codes[a]), str(codes[b])) for a, b in zip(left[has_land], right[has_land], strict=True)]
    return _make_pieces(_keep_land(shared[has_land]), pairs, measure_crs)


def find_gaps(areas: gpd.GeoDataFrame, *, measure_crs: CRS) -> list[Piece]:
    """Find the land that is enclosed by areas and belongs to none; each gap names the areas around it.

    Parameters
    ----------
    areas
        Column code and valid polygons in EPSG:4490; empty gives none.
    """
    shapes: Shapes = areas.geometry.to_numpy()
    if not len(shapes):
        return []
    codes = areas["code"].to_numpy()
    # Snapped to a tenth of a millimetre: through a crack of the last digit between two neighbours a hole would be open,
    # and no hole.
    whole = shapely.get_parts(shapely.union_all(shapes, grid_size=1e-9))
    rings = (
        np.concatenate([shapely.get_rings(part)[1:] for part in whole]) if len(whole) else np.array([], dtype=object)
    )
    gaps: Shapes = np.atleast_1d(np.asarray(shapely.polygons(rings), dtype=object))
    # A hole of the union may hold an island of areas that touch nothing.
    islands = shapely.STRtree(whole).query(gaps, predicate="intersects")
    for gap, part in zip(*islands, strict=True):
        gaps[gap] = shapely.difference(gaps[gap], whole[part])
    around = _list_around(gaps, shapes, codes)
    return _make_pieces(gaps, around, measure_crs)


def find_uncovered(
    areas: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, gaps: list[Piece], *, measure_crs: CRS
) -> list[Piece]:
    """Find the land of each parent that no area covers, one piece per parent, without the gaps that are known.

    Parameters
    ----------
    areas, parents
        Column code and valid polygons in EPSG:4490; the areas of every parent count, not only its own.
    """
    shapes: Shapes = areas.geometry.to_numpy()
    cover = np.concatenate([shapes, np.array([gap.shape for gap in gaps], dtype=object)])
    around: Shapes = parents.geometry.to_numpy()
    parent, child = shapely.STRtree(cover).query(around, predicate="intersects")
    left_over = around.copy()
    starts = np.searchsorted(parent, np.arange(len(around) + 1))
    for position in range(len(around)):
        inside = cover[child[starts[position] : starts[position + 1]]]
        if len(inside):
            left_over[position] = shapely.difference(around[position], shapely.union_all(inside))
    found = ~shapely.is_empty(left_over)
    codes = [(str(code),) for code in parents["code"].to_numpy()[found]]
    return _make_pieces(left_over[found], codes, measure_crs)


def _list_around(gaps: Shapes, shapes: Shapes, codes: NDArray[Any]) -> list[tuple[str, ...]]:
    # A thousandth of a metre: the difference above may have moved an edge by the last digit.
    near = shapely.STRtree(shapes).query(gaps, predicate="dwithin", distance=1e-8)
    around: list[list[str]] = [[] for _ in gaps]
    for gap, area in zip(*near, strict=True):
        around[gap].append(str(codes[area]))
    return [tuple(sorted(names)) for names in around]


def _keep_land(shapes: Shapes) -> Shapes:
    """Drop the lines and points of mixed geometries, which are where areas only touch."""
    mixed = shapely.get_type_id(shapes) == 7
    for position in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[position])
        shapes[position] = shapely.union_all(parts[shapely.area(parts) > 0])
    return shapes


def _find_largest_part(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))] if len(parts) else shape


def _make_pieces(shapes: Shapes, codes: Sequence[tuple[str, ...]], measure_crs: CRS) -> list[Piece]:
    if not len(shapes):
        return []
    measured = gpd.GeoSeries(shapes, crs="EPSG:4490").to_crs(measure_crs)
    sizes = np.asarray(measured.area)
    widths = 2 * sizes / np.maximum(np.asarray(measured.length), 1e-9)
    # A point in the largest part, so that a viewer who goes there sees something.
    points = shapely.point_on_surface(np.array([_find_largest_part(shape) for shape in shapes], dtype=object))
    return [
        Piece(codes[i], float(sizes[i]), float(widths[i]), float(points[i].x), float(points[i].y), shapes[i])
        for i in range(len(shapes))
        if sizes[i] >= MIN_AREA_M2
    ]
