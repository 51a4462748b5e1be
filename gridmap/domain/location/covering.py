"""Which area covers a point: the exact rule, in bulk.

Of all areas that cover the point (inside or on the boundary) the one with the lowest code. GEOS decides, whose
orientation test is exact; the cell index only spares it the points that lie far from every boundary.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.domain.datum import Floats
from gridmap.domain.location.areas import AreaSet
from gridmap.domain.location.cells import NO_AREA, UNDECIDED, CellIndex, make_cell_index
from gridmap.domain.location.segments import Indices, Segments, make_segments

_CELLS_PER_POINT = 1
_MAX_CELLS = 1 << 21
# Under this the raster costs more than it spares.
_MIN_POINTS_FOR_CELLS = 2_000


@dataclass(frozen=True)
class Covering:
    """Of each point the index of its area (`NO_AREA`: none covers it), and whether more than one covers it."""

    area: NDArray[np.int32]
    is_shared: NDArray[np.bool_]


class AreaIndex:
    """Areas made ready for questions; the parts are made when first needed and kept."""

    def __init__(self, areas: AreaSet) -> None:
        self.areas = areas
        self._cells: CellIndex | None = None

    @cached_property
    def segments(self) -> Segments:
        """The edges in degrees."""
        return make_segments(self.areas.geometries)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The tree of the extents, in degrees."""
        return shapely.STRtree(self.areas.geometries)

    @cached_property
    def prepared(self) -> NDArray[np.object_]:
        """The polygons, prepared for many questions."""
        shapely.prepare(self.areas.geometries)
        return self.areas.geometries

    def find_covering(self, lon: Floats, lat: Floats, *, cell_count: int | None = None) -> Covering:
        """Find the area with the lowest code that covers each point.

        Parameters
        ----------
        lon, lat
            CGCS2000 degrees, one-dimensional. A point that is not finite is in no area.
        cell_count
            Size of the raster, 0 for none; by default by the number of points.
        """
        area = np.full(len(lon), NO_AREA, dtype=np.int32)
        is_shared = np.zeros(len(lon), dtype=bool)
        if len(self.areas) == 0 or len(lon) == 0:
            return Covering(area, is_shared)
        west, south, east, north = shapely.total_bounds(self.areas.geometries)
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        rows = np.flatnonzero(near)
        if cell_count is None:
            cell_count = 0 if len(rows) < _MIN_POINTS_FOR_CELLS else min(_CELLS_PER_POINT * len(rows), _MAX_CELLS)
        is_whole = len(rows) == len(lon)
        x, y = (lon, lat) if is_whole else (lon[rows], lat[rows])
        if cell_count:
            found, shared = self._find_by_cells(x, y, cell_count)
        else:
            found, shared = self._find_exactly(x, y)
        if is_whole:
            return Covering(found, shared)
        area[rows], is_shared[rows] = found, shared
        return Covering(area, is_shared)

    def _find_by_cells(self, lon: Floats, lat: Floats, cell_count: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        if self._cells is None or len(self._cells.answer) < cell_count // 2:
            self._cells = make_cell_index(self.segments, cell_count=cell_count)
        cells = self._cells
        cell = cells.find_cells(lon, lat)
        area = cells.answer[cell]
        is_shared = np.zeros(len(lon), dtype=bool)
        open_rows = np.flatnonzero(area == UNDECIDED)
        if len(open_rows) == 0:
            return area, is_shared
        open_cells = cell[open_rows]
        is_open = np.zeros(len(cells.answer), dtype=bool)
        is_open[open_cells] = True
        unique = np.flatnonzero(is_open)
        place = cells.make_positions(unique)[open_cells]
        at, candidate, complete = cells.list_candidates(unique)
        by_tree = ~complete[place]
        if by_tree.any():
            rows = open_rows[by_tree]
            area[rows], is_shared[rows] = self._find_exactly(lon[rows], lat[rows])
            open_rows, place = open_rows[~by_tree], place[~by_tree]
        first = np.searchsorted(at, np.arange(len(unique) + 1))
        count = first[1:] - first[:-1]
        point = np.repeat(np.arange(len(place)), count[place])
        offset = np.arange(len(point)) - (np.cumsum(count[place]) - count[place])[point]
        pair_area = candidate[first[place][point] + offset]
        area[open_rows], is_shared[open_rows] = self._decide(lon[open_rows], lat[open_rows], point, pair_area)
        return area, is_shared

    def _find_exactly(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        point, area = self.tree.query(shapely.points(lon, lat))
        return self._decide(lon, lat, point.astype(np.int64), area.astype(np.int64))

    def _decide(
        self, lon: Floats, lat: Floats, point: Indices, area: Indices
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Test (point, area) pairs and keep of each point the lowest area, and whether there were several."""
        # By area: one prepared polygon stays in the cache for all its points.
        # 16-bit keys are sorted by radix, several times quicker.
        order = np.argsort(area.astype(np.uint16) if len(self.areas) <= 1 << 16 else area, kind="stable")
        point, area = point[order], area[order]
        covers = shapely.intersects_xy(self.prepared[area], lon[point], lat[point])
        point, area = point[covers], area[covers]
        lowest = np.full(len(lon), np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(lowest, point, area.astype(np.int32))
        is_shared = np.bincount(point, minlength=len(lon)) > 1
        lowest[lowest == np.iinfo(np.int32).max] = NO_AREA
        return lowest, is_shared
