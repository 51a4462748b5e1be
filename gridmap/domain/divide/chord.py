"""Cut a piece by a chord: a straight line that meets its border exactly twice.

Whatever the shape of a polygon without holes, such a line parts it into two connected polygons, and the sites into
those on one side of the line and those on the other. So the number of households on a side is a rank in a sorted
list, the tiling is exact, and contiguity needs no repair. All directions are tried at once; borders of both sides are
known from running sums round the ring, so the compactness of every candidate costs nothing.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.lines import list_lines, project
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Cut, Load, Piece, Window
from gridmap.domain.divide.plane import SNAP_M, Bools, Floats, Ints

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
    along_ring = project(ring, normals)
    distance = along_ring[lines.direction]
    distance -= lines.offset[:, None]
    crossings = _find_crossings(distance)
    if not len(crossings.line):
        return
    line, first, second = crossings.line, crossings.first, crossings.second
    left = lines.count[line]
    count = windows[0].left_count + windows[0].right_count
    chords = _make_chords(ring, distance, crossings)
    gap = lines.gap[line]
    cost = _rate(ring, chords, crossings, np.where(crossings.is_inner_above, count - left, left), count)
    cost += lines.price[line] + 0.02 * (gap <= 2.0)
    cost[gap < 2 * CURVATURE * chords.length**2] = np.inf
    seen: set[tuple[int, int, int]] = set()
    while math.isfinite(cost[at := int(cost.argmin())]):
        cost[at] = np.inf
        number, i, j = int(line[at]), int(first[at]), int(second[at])
        direction, grids = int(lines.direction[number]), int(left[at])
        way = 0 if loose else int(8 * math.atan2(normals[1, direction], normals[0, direction]) / math.pi)
        kind = (grids, int(lines.weight[number]), way)
        if (kind in seen and not is_each) or not _is_clear(distance[number], i, j):
            continue
        p = _find_end(nodes, piece.shell, i, chords.start[:, at] + origin)
        q = _find_end(nodes, piece.shell, j, chords.end[:, at] + origin)
        sides = split_ring(piece.shell, i, j, p, q)
        if sides is None:
            continue
        seen.add(kind)
        inner, outer = sides
        if crossings.is_inner_above[at]:
            inner, outer = outer, inner
        is_below = lines.along[direction] < lines.offset[number]
        yield Cut(
            Piece(inner, (), piece.sites[is_below]), Piece(outer, (), piece.sites[~is_below]), grids, count - grids
        )


def make_normals(directions: int) -> Floats:
    """Make unit vectors, evenly from 0 to 180 degrees, shape (2, directions)."""
    angle = np.arange(directions) * math.pi / directions
    return np.stack([np.cos(angle), np.sin(angle)])


def make_normals_between(xy: Floats) -> Floats:
    """Make unit vectors for every order of places along a line, shape (2, directions); at least one.

    The order changes only where a line through two places stands across: between any two such turns one vector does.
    """
    i, j = np.triu_indices(len(xy), 1)
    way = xy[j] - xy[i]
    turns = np.unique(np.mod(np.arctan2(way[:, 1], way[:, 0]) + math.pi / 2, math.pi))
    angle = (turns + np.append(turns[1:], turns[:1] + math.pi)) / 2 if len(turns) else np.zeros(1)
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


@dataclass(frozen=True, eq=False)
class _Crossings:
    """The lines that cross a ring exactly twice."""

    line: Ints
    first: Ints
    """Edge of the first crossing: it begins at this vertex."""
    second: Ints
    is_inner_above: Bools
    """Whether the vertices from `first` + 1 to `second` lie above the line."""


def _find_crossings(distance: Floats) -> _Crossings:
    """Find the lines that cross a ring exactly twice, by how far above each line its vertices are."""
    size = distance.shape[1]
    above = np.empty((len(distance), size + 1), dtype=np.bool_)
    np.greater(distance, 0.0, out=above[:, :size])
    above[:, size] = above[:, 0]
    changes = above[:, 1:] != above[:, :size]
    line = np.flatnonzero(np.einsum("ij->i", changes, dtype=np.int64) == 2)
    _, edge = np.nonzero(changes[line])
    first, second = edge[::2], edge[1::2]
    return _Crossings(line, first, second, above[line, second])


@dataclass(frozen=True, eq=False)
class _Chords:
    """Where lines cross a ring."""

    start: Floats
    """On the first edge, shape (2, lines)."""
    end: Floats
    length: Floats


def _make_chords(ring: Floats, distance: Floats, crossings: _Crossings) -> _Chords:
    size, count = len(ring), len(crossings.line)
    edge = np.concatenate([crossings.first, crossings.second])
    line = np.concatenate([crossings.line, crossings.line])
    after = (edge + 1) % size
    here = distance[line, edge]
    share = here / (here - distance[line, after])
    place = ring[edge]
    place += share[:, None] * (ring[after] - place)
    start, end = place[:count].T, place[count:].T
    return _Chords(start, end, _measure(end - start))


def _rate(ring: Floats, chords: _Chords, crossings: _Crossings, inner_count: Ints, count: int) -> Floats:
    """Rate chords by the compactness of both sides, the lower the better; the inner side has first + 1 .. second."""
    size, lines = len(ring), len(inner_count)
    xy = np.empty((2, size + 1))
    xy[:, :size] = ring.T
    xy[:, size] = ring[0]
    run, turn = np.zeros((2, size + 1))
    _measure(xy[:, 1:] - xy[:, :-1]).cumsum(out=run[1:])
    _turn(xy[:, :-1], xy[:, 1:]).cumsum(out=turn[1:])
    i, j = crossings.first + 1, crossings.second
    # The inner side: from the start of the chord to vertex i, along the ring to j, to its end, and back.
    there = np.concatenate([xy[:, i], chords.end, chords.start], axis=1)
    here = np.concatenate([chords.start, xy[:, j], chords.end], axis=1)
    inner_run = _measure(there - here).reshape(3, lines).sum(axis=0) + run[j] - run[i]
    inner_turn = _turn(here, there).reshape(3, lines).sum(axis=0) + turn[j] - turn[i]
    area, length, grids = np.empty((2, lines)), np.empty((2, lines)), np.empty((2, lines))
    np.abs(inner_turn, out=area[0])
    area[0] /= 2
    area[1] = abs(turn[-1]) / 2 - area[0]
    length[0] = inner_run
    length[1] = run[-1] - inner_run + 2 * chords.length
    grids[0] = inner_count
    grids[1] = count - grids[0]
    slenderness = length**2 / np.maximum(4 * math.pi * area, 1e-9)
    # A side that is cut again may be long: its grids will be shorter.
    cost = np.where(grids == 1, slenderness, grids * np.maximum(1.0, 0.9 * slenderness))
    return np.asarray(cost[0] + cost[1])


def _measure(way: Floats) -> Floats:
    return np.asarray(np.sqrt(way[0] ** 2 + way[1] ** 2))


def _turn(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[0] * b[1] - b[0] * a[1])


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
        if math.dist(nodes.xy[end].tolist(), (x, y)) <= SNAP_M:
            return end
    return nodes.add(x, y, on=nodes.find_root(a, b))
