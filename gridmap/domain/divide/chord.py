"""Cut a piece by a chord: a straight line that meets its border exactly twice.

Whatever the shape of a polygon without holes, such a line parts it into two connected polygons, and the sites into
those on one side of the line and those on the other. So the number of households on a side is a rank in a sorted
list, the tiling is exact, and contiguity needs no repair. All directions are tried at once; borders of both sides are
known from running sums round the ring, so the compactness of every candidate costs nothing.
"""

import math
from collections.abc import Iterator

import numpy as np

from gridmap.domain.divide.lines import list_lines, project
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Cut, Load, Piece, Window
from gridmap.domain.divide.plane import SNAP_M, Floats, Ints

CURVATURE = 3e-8
"""Sagitta of a straight line of 1 m between its plane and its degrees: length^2 times this; up to 60 degrees north."""
_CLEARANCE_M = 2 * SNAP_M


def list_chords(
    nodes: Nodes,
    piece: Piece,
    load: Load,
    windows: list[Window],
    normals: Floats,
    *,
    loose: bool,
    is_each: bool = False,
) -> Iterator[Cut]:
    """List chords that part a piece, the best first, and such that differ.

    Parameters
    ----------
    windows
        What the side below the line may be.
    normals
        Unit vectors across the lines that are tried, shape (2, directions).
    loose
        True: also the nearest balance that leaves the whole hamlets whole. False: only cuts after which every grid
        can still be within one household of the mean.
    is_each
        Also those that differ little.

    Returns
    -------
    Made one by one as they are asked for; none if there is no such chord, and none if the piece has a hole.
    """
    if piece.holes or len(piece.sites) < 2:
        return
    ring = nodes.xy[piece.shell]
    # Coordinates of millions of metres would cost the running sums their last digits.
    origin = ring[0].copy()
    ring = ring - origin
    lines = list_lines(
        load.xy[piece.sites] - origin,
        load.weight[piece.sites],
        load.atom[piece.sites] if loose else None,
        windows,
        normals,
    )
    if not len(lines.offset):
        return
    size = len(ring)
    distance = project(ring, normals)[lines.direction]
    distance -= lines.offset[:, None]
    above = np.empty((len(distance), size + 1), dtype=np.bool_)
    np.greater(distance, 0, out=above[:, :-1])
    above[:, -1] = above[:, 0]
    changes = above[:, 1:] != above[:, :-1]
    twice = np.flatnonzero(np.count_nonzero(changes, axis=1) == 2)
    if not len(twice):
        return
    changes = changes[twice]
    first = changes.argmax(axis=1)
    second = size - 1 - changes[:, ::-1].argmax(axis=1)
    left = lines.count[twice]
    count = windows[0].left_count + windows[0].right_count
    rated = _Rating(ring, distance, twice, first, second)
    cost = rated.rate(np.where(above[twice, first + 1], count - left, left), count)
    cost += lines.price[twice]
    gap = lines.gap[twice]
    cost[gap <= 2.0] += 0.02
    cost[gap / 2 < CURVATURE * rated.length**2] = np.inf
    seen: set[tuple[int, int, int]] = set()
    for at in np.argsort(cost, kind="stable").tolist():
        if not math.isfinite(cost[at]):
            return
        line, i, j = int(twice[at]), int(first[at]), int(second[at])
        nx, ny = normals[:, lines.direction[line]].tolist()
        way = int(8 * math.atan2(ny, nx) / math.pi)
        kind = (int(left[at]), int(lines.weight[line]), 0 if loose else way)
        if (kind in seen and not is_each) or not _is_clear(distance[line], i, j):
            continue
        p = _find_end(nodes, piece.shell, i, rated.start[:, at] + origin)
        q = _find_end(nodes, piece.shell, j, rated.end[:, at] + origin)
        sides = split_ring(piece.shell, i, j, p, q)
        if sides is None:
            continue
        seen.add(kind)
        inner, outer = sides
        if above[line, i + 1]:
            inner, outer = outer, inner
        is_below = np.zeros(len(piece.sites), dtype=np.bool_)
        is_below[lines.order[lines.direction[line], : lines.rank[line]]] = True
        yield Cut(
            Piece(inner, (), piece.sites[is_below]),
            Piece(outer, (), piece.sites[~is_below]),
            int(left[at]),
            count - int(left[at]),
        )


def make_normals(directions: int) -> Floats:
    """Make unit vectors, evenly from 0 to 180 degrees, shape (2, directions)."""
    angle = np.arange(directions) * math.pi / directions
    return np.stack([np.cos(angle), np.sin(angle)])


def split_ring(ring: Ints, i: int, j: int, p: int, q: int) -> tuple[Ints, Ints] | None:
    """Split a ring by a chord from `p` on edge i to `q` on edge j, i < j; either may be an end of its edge.

    Returns
    -------
    The ring from p over i + 1 .. j to q, and the one from q over j + 1 .. i to p, both turning as the ring does; None
    if one of them has no inside.
    """
    inner = _join(p, ring[i + 1 : j + 1], q)
    outer = _join(q, np.concatenate([ring[j + 1 :], ring[: i + 1]]), p)
    if p == q or len(inner) < 3 or len(outer) < 3:
        return None
    return inner, outer


def _join(start: int, between: Ints, end: int) -> Ints:
    """Put ends to a part of a ring; each may be its first or last vertex already."""
    if len(between) and between[0] == start:
        between = between[1:]
    if len(between) and between[-1] == end:
        between = between[:-1]
    joined = np.empty(len(between) + 2, dtype=np.int64)
    joined[0], joined[1:-1], joined[-1] = start, between, end
    return joined


class _Rating:
    """Where lines cross a ring, and how compact the two sides are: running sums round the ring tell."""

    def __init__(self, ring: Floats, distance: Floats, line: Ints, i: Ints, j: Ints) -> None:
        self._xy = np.empty((2, len(ring) + 1))
        self._xy[:, :-1] = ring.T
        self._xy[:, -1] = ring[0]
        self._i, self._j = i, j
        self.start = self._cross(distance, line, i)
        """Where the line crosses edge i, shape (2, lines)."""
        self.end = self._cross(distance, line, j)
        self.length = _measure(self.end - self.start)

    def _cross(self, distance: Floats, line: Ints, edge: Ints) -> Floats:
        after = edge + 1
        here = distance[line, edge]
        share = here / (here - distance[line, np.where(after < distance.shape[1], after, 0)])
        place = self._xy[:, edge]
        return np.asarray(place + share * (self._xy[:, after] - place))

    def rate(self, inner_count: Ints, count: int) -> Floats:
        """Rate chords by the compactness of both sides, the lower the better; the inner side has i + 1 .. j."""
        xy, i, j, p, q = self._xy, self._i, self._j, self.start, self.end
        run, turn = np.zeros((2, xy.shape[1]))
        np.cumsum(_measure(xy[:, 1:] - xy[:, :-1]), out=run[1:])
        np.cumsum(_turn(xy[:, :-1], xy[:, 1:]), out=turn[1:])
        first, last = xy[:, i + 1], xy[:, j]
        inner_run = _measure(first - p) + run[j] - run[i + 1] + _measure(q - last)
        inner_area = np.abs(_turn(p, first) + turn[j] - turn[i + 1] + _turn(last, q) + _turn(q, p)) / 2
        outer_area = abs(turn[-1]) / 2 - inner_area
        outer_run = run[-1] - inner_run + self.length
        cost = _rate_side(inner_area, inner_run + self.length, inner_count)
        return np.asarray(cost + _rate_side(outer_area, outer_run, count - inner_count))


def _measure(way: Floats) -> Floats:
    return np.asarray(np.sqrt(way[0] ** 2 + way[1] ** 2))


def _turn(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[0] * b[1] - b[0] * a[1])


def _rate_side(area: Floats, run: Floats, count: Ints) -> Floats:
    slenderness = run**2 / (4 * math.pi * np.maximum(area, 1e-9))
    # A side that is cut again may be long: its grids will be shorter.
    return np.where(count == 1, slenderness, count * np.maximum(1.0, 0.9 * slenderness))


def _is_clear(distance: Floats, i: int, j: int) -> bool:
    """Tell whether no vertex but the ends of the crossed edges is so near that snapping an end could cross it."""
    near = np.flatnonzero(np.abs(distance) < _CLEARANCE_M)
    if not len(near):
        return True
    n = len(distance)
    return {i, (i + 1) % n, j, (j + 1) % n}.issuperset(near.tolist())


def _find_end(nodes: Nodes, ring: Ints, edge: int, place: Floats) -> int:
    a, b = int(ring[edge]), int(ring[edge + 1 if edge + 1 < len(ring) else 0])
    x, y = place.tolist()
    for end in (a, b):
        if math.dist(nodes.xy[end], (x, y)) <= SNAP_M:
            return end
    return nodes.add(x, y, on=nodes.find_root(a, b))
