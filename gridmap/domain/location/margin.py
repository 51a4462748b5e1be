"""How far it is from a point to the nearest *other* area: in metres of the measuring zone.

The margin tells how much a point may be wrong before it counts for another area. It is 0 where more than one area
covers the point, and for a point in no area the distance to the nearest one.

Points are taken in groups that lie close together in one area. If the middle q of a group is F from the nearest edge of
another area and no point of it is further than r from q, then the nearest edge of each of its points is within F + 2r
of q: by the triangle inequality a point p has an edge within F + r, which is within F + 2r of q. Each group keeps only
those edges, then its parts do the same with those, and the points are measured against what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.domain.datum import Floats
from gridmap.domain.location.areas import AreaSet, measure_areas
from gridmap.domain.location.segments import Indices, Segments, expand_ranges, make_segments
from gridmap.domain.zone import find_measure_transformer

# Further from the meridian the zone is no plane to measure in (and PROJ refuses at some point): no margin there.
MAX_MERIDIAN_DISTANCE_DEG = 6.0

_EARTH_RADIUS_M = 6_371_000.0
_BLOCK = 16  # edges per box of the tree
_POINTS_PER_GROUP = 12
_MAX_ROUNDS = 4
_PAIRS_AT_ONCE = 400_000  # some 3 MB per array: fits the cache


@dataclass(frozen=True)
class _Groups:
    """Points in groups: group g holds the sorted points start[g] up to start[g + 1]."""

    own: Indices
    start: Indices
    x: Floats
    y: Floats
    radius: Floats


class MarginMeter:
    """Areas made ready to be measured to, in the plane of their zone."""

    def __init__(self, areas: AreaSet) -> None:
        self.areas = areas
        self._transform = find_measure_transformer(areas.meridian_deg).transform
        self.polygons = measure_areas(areas)
        self.edges = make_segments(self.polygons)
        first, last = _list_blocks(self.edges)
        self._block_first, self._block_count = first, last - first
        low_x, high_x = np.minimum(self.edges.x0, self.edges.x1), np.maximum(self.edges.x0, self.edges.x1)
        low_y, high_y = np.minimum(self.edges.y0, self.edges.y1), np.maximum(self.edges.y0, self.edges.y1)
        boxes = shapely.box(
            np.minimum.reduceat(low_x, first),
            np.minimum.reduceat(low_y, first),
            np.maximum.reduceat(high_x, first),
            np.maximum.reduceat(high_y, first),
        )
        self._blocks = shapely.STRtree(boxes)
        self._area_tree = shapely.STRtree(self.polygons)
        self._extent_m = float(max(np.ptp(low_x), np.ptp(low_y), 1.0))
        self._bend_m = _find_bend_m(areas, self.edges)

    def measure(self, lon: Floats, lat: Floats, own: NDArray[np.int32], is_shared: NDArray[np.bool_]) -> Floats:
        """Measure the margin of each point.

        Parameters
        ----------
        lon, lat
            CGCS2000 degrees.
        own
            Index of the area that each point counts for, -1 for none.
        is_shared
            Whether more than one area covers it: its margin is 0.

        Returns
        -------
        Metres; NaN where there is no other area, or the point is not finite or further than `MAX_MERIDIAN_DISTANCE_DEG`
        from the meridian of the zone.
        """
        margin_m = np.where(is_shared, 0.0, np.nan)
        with np.errstate(invalid="ignore"):
            wanted = ~is_shared & (np.abs(lon - self.areas.meridian_deg) <= MAX_MERIDIAN_DISTANCE_DEG)
            wanted &= np.abs(lat) <= 90.0
        rows = np.flatnonzero(wanted)
        if len(rows) == 0 or len(self.areas) < 1:
            return margin_m
        x, y = self._transform(lon[rows], lat[rows])
        own_rows = own[rows].astype(np.int64)
        if len(self.areas) == 1:
            rows, x, y, own_rows = (values[own_rows < 0] for values in (rows, x, y, own_rows))
            if len(rows) == 0:
                return margin_m
        found = self._measure_to_edges(x, y, own_rows)
        self._zero_inside_others(found, x, y, own_rows)
        margin_m[rows] = found
        return margin_m

    def _measure_to_edges(self, x: Floats, y: Floats, own: Indices) -> Floats:
        cell = self._extent_m / max(1.0, np.sqrt(len(self.areas)))
        per_area = len(x) / (_POINTS_PER_GROUP * len(self.areas))
        rounds = int(np.clip(np.round(np.log(max(per_area, 1.0)) / np.log(16)), 0, _MAX_ROUNDS))
        # Cells of the plane, each a quarter as wide as those before, sorted so that the parts of a cell stand together.
        fine_x = np.floor((x - x.min()) / cell * 4**rounds).astype(np.int64)
        fine_y = np.floor((y - y.min()) / cell * 4**rounds).astype(np.int64)
        cells = [(fine_y // 4 ** (rounds - number), fine_x // 4 ** (rounds - number)) for number in range(rounds + 1)]
        order = np.lexsort([part for pair in reversed(cells) for part in reversed(pair)] + [own])
        x, y, own = x[order], y[order], own[order]
        groups = _make_groups(cells[0][0][order], cells[0][1][order], x, y, own)
        edge, first = self._find_near_edges(groups)
        for row, column in cells[1:]:
            parts = _make_groups(row[order], column[order], x, y, own)
            parent = np.searchsorted(groups.start, parts.start[:-1], side="right") - 1
            edge, first = self._keep_near_edges(parts, edge, first[parent], (first[1:] - first[:-1])[parent])
            groups = parts
        count = first[1:] - first[:-1]
        group_of_point = np.repeat(np.arange(len(groups.own)), np.diff(groups.start))
        per_point = count[group_of_point]
        squared = np.empty(len(x))
        for low, high in _list_chunks(per_point):
            source, at = expand_ranges(first[:-1][group_of_point[low:high]], per_point[low:high])
            far = self._square_distance(x[low:high][source], y[low:high][source], edge[at])
            starts = np.cumsum(per_point[low:high]) - per_point[low:high]
            squared[low:high] = np.minimum.reduceat(far, starts)
        margin_m = np.empty(len(x))
        margin_m[order] = np.sqrt(squared)
        return margin_m

    def _find_near_edges(self, groups: _Groups) -> tuple[Indices, Indices]:
        """Find, by the tree, the edges of other areas that a point of each group may be nearest to."""
        reach = 2.0 * groups.radius + self._extent_m / np.sqrt(len(self._block_first))
        nearest = np.full(len(groups.own), np.inf)
        open_groups = np.arange(len(groups.own))
        while len(open_groups):
            for group, _, far in self._search(groups, open_groups, reach):
                np.minimum.at(nearest, group, far)
            open_groups = np.flatnonzero(~np.isfinite(nearest))
            reach[open_groups] *= 4.0
        reach = np.sqrt(nearest) * (1 + 1e-9) + 2.0 * groups.radius + 1e-6
        kept_group, kept_edge = [], []
        for group, edge, far in self._search(groups, np.arange(len(groups.own)), reach):
            near = far <= reach[group] ** 2
            kept_group.append(group[near])
            kept_edge.append(edge[near])
        group, edge = np.concatenate(kept_group), np.concatenate(kept_edge)
        order = np.argsort(group, kind="stable")
        return edge[order], np.searchsorted(group[order], np.arange(len(groups.own) + 1)).astype(np.int64)

    def _search(self, groups: _Groups, which: Indices, reach: Floats) -> Iterator[tuple[Indices, Indices, Floats]]:
        """List (group, edge of another area, squared distance to the group's middle) within reach, and some beyond."""
        x, y, around = groups.x[which], groups.y[which], reach[which]
        at, block = self._blocks.query(shapely.box(x - around, y - around, x + around, y + around))
        at, block = which[at].astype(np.int64), block.astype(np.int64)
        other = self.edges.owner[self._block_first[block]] != groups.own[at]
        at, block = at[other], block[other]
        for low, high in _list_chunks(self._block_count[block]):
            source, edge = expand_ranges(self._block_first[block[low:high]], self._block_count[block[low:high]])
            group = at[low:high][source]
            yield group, edge, self._square_distance(groups.x[group], groups.y[group], edge)

    def _keep_near_edges(
        self, groups: _Groups, edge: Indices, start: Indices, count: Indices
    ) -> tuple[Indices, Indices]:
        """Keep of each group's edges (count[g] of them from edge[start[g]] on) those that may be nearest to a point."""
        kept_edge, kept_count = [], []
        for low, high in _list_chunks(count):
            source, at = expand_ranges(start[low:high], count[low:high])
            far = self._square_distance(groups.x[low:high][source], groups.y[low:high][source], edge[at])
            starts = np.cumsum(count[low:high]) - count[low:high]
            nearest = np.sqrt(np.minimum.reduceat(far, starts))
            reach = nearest * (1 + 1e-9) + 2.0 * groups.radius[low:high] + 1e-6
            near = far <= (reach**2)[source]
            kept_edge.append(edge[at[near]])
            kept_count.append(np.bincount(source[near], minlength=high - low))
        first = np.concatenate([[0], np.cumsum(np.concatenate(kept_count))]).astype(np.int64)
        return np.concatenate(kept_edge), first

    def _square_distance(self, x: Floats, y: Floats, edge: Indices) -> Floats:
        """Square the distance from points to edges, pair by pair."""
        start_x, start_y = self.edges.x0[edge], self.edges.y0[edge]
        along_x, along_y = self.edges.x1[edge] - start_x, self.edges.y1[edge] - start_y
        to_x, to_y = x - start_x, y - start_y
        length2 = along_x * along_x + along_y * along_y
        share = to_x * along_x + to_y * along_y
        share /= np.maximum(length2, 1e-300)
        np.clip(share, 0.0, 1.0, out=share)
        to_x -= share * along_x
        to_y -= share * along_y
        return np.asarray(to_x * to_x + to_y * to_y, dtype=np.float64)

    def _zero_inside_others(self, margin_m: Floats, x: Floats, y: Floats, own: Indices) -> None:
        """Set 0 for points that another area covers in the plane although it does not in degrees.

        An edge that is straight in degrees is bent in the plane, by centimetres for an edge of a kilometre.
        """
        rows = np.flatnonzero(margin_m <= self._bend_m)
        if len(rows) == 0:
            return
        at, area = self._area_tree.query(shapely.points(x[rows], y[rows]))
        other = area != own[rows[at]]
        at, area = rows[at[other]], area[other]
        order = np.argsort(area, kind="stable")
        at, area = at[order], area[order]
        shapely.prepare(self.polygons)
        margin_m[at[shapely.intersects_xy(self.polygons[area], x[at], y[at])]] = 0.0


def _make_groups(row: Indices, column: Indices, x: Floats, y: Floats, own: Indices) -> _Groups:
    """Group sorted points by area and cell."""
    changes = (own[1:] != own[:-1]) | (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    start = np.concatenate([[0], np.flatnonzero(changes) + 1]).astype(np.int64)
    west, east = np.minimum.reduceat(x, start), np.maximum.reduceat(x, start)
    south, north = np.minimum.reduceat(y, start), np.maximum.reduceat(y, start)
    return _Groups(
        own=own[start],
        start=np.append(start, len(x)),
        x=(west + east) / 2,
        y=(south + north) / 2,
        radius=np.hypot(east - west, north - south) / 2,
    )


def _list_blocks(edges: Segments) -> tuple[Indices, Indices]:
    """List the blocks of at most `_BLOCK` edges of one owner, as first and one past the last."""
    sizes = np.diff(edges.first)
    per_area = -(-sizes // _BLOCK)
    area, number = expand_ranges(np.zeros(len(sizes), dtype=np.int64), per_area)
    first = edges.first[area] + number * _BLOCK
    return first, np.minimum(first + _BLOCK, edges.first[area + 1])


def _list_chunks(counts: Indices) -> Iterator[tuple[int, int]]:
    """List slices of rows whose counts add up to about `_PAIRS_AT_ONCE`, at least one row each."""
    total = np.cumsum(counts)
    low = 0
    while low < len(counts):
        done = total[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(total, done + _PAIRS_AT_ONCE, side="right")))
        yield low, high
        low = high


def _find_bend_m(areas: AreaSet, edges: Segments) -> float:
    """Bound how far an edge that is straight in degrees is from straight in the plane: L² tan(lat) / 8R, doubled."""
    longest_m2 = float(np.max((edges.x1 - edges.x0) ** 2 + (edges.y1 - edges.y0) ** 2))
    _, south, _, north = shapely.total_bounds(areas.geometries)
    steepest = np.tan(np.radians(min(max(abs(south), abs(north)), 85.0))) + 0.1
    return float(longest_m2 * steepest / (4.0 * _EARTH_RADIUS_M)) + 1e-6
