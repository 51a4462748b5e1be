"""A raster over the areas that answers most points by looking up one cell.

A cell that no boundary touches lies wholly in the same areas; only points in the other cells need the exact test. The
raster is computed in floating point, but rounding decides nothing: a boundary touches every cell within `_PAD_DEG` of
it, a thousand times the rounding error and more, and what is near a boundary is left to the exact test.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.datum import Floats
from gridmap.domain.location.segments import Indices, Segments, expand_ranges

_PAD_DEG = 1e-9
_MIN_CELL_DEG = 1e-6

NO_AREA = -1
UNDECIDED = -2

# One 64-bit number per cell corner holds how many areas cover it (low bits) and the sum of their (index + 1).
_COUNT_BITS = 20
_COUNT_MASK = (1 << _COUNT_BITS) - 1


@dataclass(frozen=True)
class CellIndex:
    """The raster: rows from the south, columns from the west, flat."""

    west: float
    south: float
    cell_lon: float
    cell_lat: float
    columns: int
    rows: int
    answer: NDArray[np.int32]
    """Of each cell the one area that it lies in, `NO_AREA`, or `UNDECIDED`."""
    corner: NDArray[np.int64]
    touched_cell: Indices
    touched_area: Indices
    """The boundary of touched_area[k] passes touched_cell[k]; pairs may repeat."""

    def find_cells(self, lon: Floats, lat: Floats) -> Indices:
        """Find the cell of each point; the points must lie in the extent of the areas."""
        column = ((lon - self.west) / self.cell_lon).astype(np.int64)
        column += ((lat - self.south) / self.cell_lat).astype(np.int64) * self.columns
        return column

    def make_positions(self, cells: Indices) -> NDArray[np.int32]:
        """Make the array that tells of each cell its position in `cells`, -1 where it is not among them."""
        position = np.full(self.columns * self.rows, -1, dtype=np.int32)
        position[cells] = np.arange(len(cells), dtype=np.int32)
        return position

    def list_candidates(self, cells: Indices) -> tuple[Indices, Indices, NDArray[np.bool_]]:
        """List the areas that may cover points of undecided cells.

        Parameters
        ----------
        cells
            Sorted and unique.

        Returns
        -------
        (position in `cells`, area) pairs by rising position, and per cell whether they are all there are: an area that
        covers a cell wholly does not touch it and is not among them.
        """
        position = self.make_positions(cells)
        at = position[self.touched_cell]
        wanted = np.flatnonzero(at >= 0)
        n_areas = int(self.touched_area.max(initial=0)) + 1
        pairs = at[wanted].astype(np.int64) * n_areas + self.touched_area[wanted]
        # Sorting beats the hash of np.unique by five times here.
        pairs.sort()
        pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs
        corner = self.corner[cells]
        # The areas that cover the cell's corner are among the touching ones if there is none, or one and it is listed.
        only = (corner >> _COUNT_BITS) - 1
        key = np.arange(len(cells), dtype=np.int64) * n_areas + only
        # A closing entry, so that there is always one to look at: cells may be undecided by an overlap alone.
        is_listed = np.append(pairs, -1)[np.searchsorted(pairs, key)] == key
        is_single = (corner & _COUNT_MASK == 1) & (only >= 0) & (only < n_areas)
        complete = (corner == 0) | (is_single & is_listed)
        return pairs // n_areas, pairs % n_areas, complete


def make_cell_index(segments: Segments, *, cell_count: int) -> CellIndex:
    """Lay a raster of about `cell_count` cells over the extent of the areas.

    Parameters
    ----------
    segments
        Edges in degrees, outer rings counter-clockwise; at least one.
    cell_count
        More cells take longer to make and leave fewer points to the exact test.
    """
    west, east = float(segments.x0.min()), float(segments.x0.max())
    south, north = float(segments.y0.min()), float(segments.y0.max())
    width, height = max(east - west, _MIN_CELL_DEG), max(north - south, _MIN_CELL_DEG)
    columns = int(np.clip(np.sqrt(cell_count * width / height), 1, max(1, min(cell_count, width / _MIN_CELL_DEG))))
    rows = int(np.clip(cell_count // columns, 1, max(1, height / _MIN_CELL_DEG)))
    # A little wider than the areas, so that the easternmost point falls into the last column.
    cell_lon = (width + 4 * _PAD_DEG) / columns * (1 + 1e-12)
    cell_lat = (height + 4 * _PAD_DEG) / rows * (1 + 1e-12)
    west -= 2 * _PAD_DEG
    south -= 2 * _PAD_DEG
    touched, owner = _list_touched(segments, west, south, cell_lon, cell_lat, columns, rows)
    corner = _count_corners(segments, west, south, cell_lon, cell_lat, columns, rows)
    count = corner & _COUNT_MASK
    answer = np.where(count == 1, (corner >> _COUNT_BITS) - 1, UNDECIDED).astype(np.int32)
    answer[corner == 0] = NO_AREA
    answer[touched] = UNDECIDED
    return CellIndex(west, south, cell_lon, cell_lat, columns, rows, answer, corner, touched, owner)


def _list_touched(
    segments: Segments, west: float, south: float, cell_lon: float, cell_lat: float, columns: int, rows: int
) -> tuple[Indices, Indices]:
    """List the cells within `_PAD_DEG` of each edge, with the edge's owner."""
    low_first = segments.y0 <= segments.y1
    xa, ya = np.where(low_first, segments.x0, segments.x1), np.where(low_first, segments.y0, segments.y1)
    xb, yb = np.where(low_first, segments.x1, segments.x0), np.where(low_first, segments.y1, segments.y0)
    row_a = _clip_floor((ya - _PAD_DEG - south) / cell_lat, rows)
    row_b = _clip_floor((yb + _PAD_DEG - south) / cell_lat, rows)
    edge, row = expand_ranges(row_a, row_b - row_a + 1)
    xa, ya, xb, yb = xa[edge], ya[edge], xb[edge], yb[edge]
    rise = yb - ya
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = (xb - xa) / rise
        # Where the edge enters and leaves the band of this row, a pad wider; a level edge is all in one band.
        low = np.clip((south + row * cell_lat - _PAD_DEG - ya) / rise, 0.0, 1.0)
        high = np.clip((south + (row + 1) * cell_lat + _PAD_DEG - ya) / rise, 0.0, 1.0)
    level = ~(rise > 0) | ~np.isfinite(slope)
    low[level], high[level] = 0.0, 1.0
    x_low, x_high = xa + (xb - xa) * low, xa + (xb - xa) * high
    column_a = _clip_floor((np.minimum(x_low, x_high) - _PAD_DEG - west) / cell_lon, columns)
    column_b = _clip_floor((np.maximum(x_low, x_high) + _PAD_DEG - west) / cell_lon, columns)
    band, column = expand_ranges(column_a, column_b - column_a + 1)
    return row[band] * columns + column, segments.owner[edge[band]]


def _count_corners(
    segments: Segments, west: float, south: float, cell_lon: float, cell_lat: float, columns: int, rows: int
) -> NDArray[np.int64]:
    """Count, for the south-west corner of each cell, the areas that cover it, by the windings of their rings.

    Going east along a row one leaves an area at an edge that runs north and enters it at one that runs south.
    """
    down = segments.y1 < segments.y0
    ya, yb = np.minimum(segments.y0, segments.y1), np.maximum(segments.y0, segments.y1)
    # Lines y = south + row * cell_lat with ya <= y < yb; the half-open rule counts a vertex on a line once.
    first = np.ceil((ya - south) / cell_lat).astype(np.int64)
    last = np.ceil((yb - south) / cell_lat).astype(np.int64)
    edge, row = expand_ranges(first, last - first)
    share = (south + row * cell_lat - segments.y0[edge]) / (segments.y1[edge] - segments.y0[edge])
    x = segments.x0[edge] + (segments.x1[edge] - segments.x0[edge]) * np.clip(share, 0.0, 1.0)
    column = np.clip(np.ceil((x - west) / cell_lon).astype(np.int64), 0, columns)
    value = ((segments.owner[edge] + 1) << _COUNT_BITS) + 1
    steps = np.zeros((rows, columns + 1), dtype=np.int64)
    inside = (row >= 0) & (row < rows)
    np.add.at(steps.reshape(-1), (row * (columns + 1) + column)[inside], np.where(down[edge], value, -value)[inside])
    return np.ascontiguousarray(np.cumsum(steps, axis=1)[:, :columns]).reshape(-1)


def _clip_floor(value: Floats, size: int) -> Indices:
    return np.clip(np.floor(value), 0, size - 1).astype(np.int64)
