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
    xy = nodes.xy[piece.shell].T.copy()
    # Coordinates of millions of metres would cost the running sums their last digits.
    origin = xy[:, :1].copy()
    xy -= origin
    sites = load.xy[piece.sites].T.copy()
    sites -= origin
    lines = list_lines(
        sites,
        load.weight[piece.sites],
        load.atom[piece.sites] if loose else None,
        windows,
        normals,
    )
    if not len(lines.offset):
        return
    distance = project(xy, normals)[lines.direction]
    distance -= lines.offset[:, None]
    crossings = _find_crossings(distance)
    line = crossings.line
    if not len(line):
        return
    left = lines.count[line]
    count = windows[0].left_count + windows[0].right_count
    way = np.empty_like(xy)
    np.subtract(xy[:, 1:], xy[:, :-1], out=way[:, :-1])
    np.subtract(xy[:, 0], xy[:, -1], out=way[:, -1])
    chords = _make_chords(xy, way, distance, crossings)
    gap = lines.gap[line]
    cost = _rate(xy, way, chords, crossings, np.where(crossings.is_inner_above, count - left, left), count)
    cost += lines.price[line] + 0.02 * (gap <= 2.0)
    cost[gap < 2 * CURVATURE * chords.length**2] = np.inf
    seen: set[tuple[int, int, int]] = set()
    while math.isfinite(cost[at := int(cost.argmin())]):
        cost[at] = np.inf
        number = int(line[at])
        i, j = crossings.edge[:, at].tolist()
        direction, grids = int(lines.direction[number]), int(left[at])
        turn = 0 if loose else int(8 * math.atan2(normals[1, direction], normals[0, direction]) / math.pi)
        kind = (grids, int(lines.weight[number]), turn)
        if (kind in seen and not is_each) or not _is_clear(distance[number], i, j):
            continue
        ends = chords.ends[:, :, at]
        ends += origin
        (px, qx), (py, qy) = ends.tolist()
        p, q = _find_end(nodes, piece.shell, i, px, py), _find_end(nodes, piece.shell, j, qx, qy)
        sides = split_ring(piece.shell, i, j, p, q)
        if sides is None:
            continue
        seen.add(kind)
        inner, outer = sides
        if crossings.is_inner_above[at]:
            inner, outer = outer, inner
        is_below = project(sites, normals[:, direction, None])[0] < lines.offset[number]
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
    edge: Ints
    """Edges that begin at these vertices: of the first crossings, then of the second ones; shape (2, lines)."""
    is_inner_above: Bools
    """Whether the vertices after the first edge up to the second lie above the line."""


def _find_crossings(distance: Floats) -> _Crossings:
    """Find the lines that cross a ring exactly twice, by how far above each line its vertices are."""
    count, size = distance.shape
    above = distance > 0.0
    changes = np.empty((count, size), dtype=np.bool_)
    np.not_equal(above[:, 1:], above[:, :-1], out=changes[:, :-1])
    np.not_equal(above[:, 0], above[:, -1], out=changes[:, -1])
    # Row after row, so that the crossings of a line follow one another: there are few of them.
    line, edge = np.divmod(changes.ravel().nonzero()[0], size)
    crossings = np.bincount(line, minlength=count)
    twice = (crossings == 2).nonzero()[0]
    at = crossings.cumsum()[twice]
    edges = np.empty((2, len(twice)), dtype=np.int64)
    edge.take(at - 2, out=edges[0])
    edge.take(at - 1, out=edges[1])
    return _Crossings(twice, edges, above[twice, edges[1]])


@dataclass(frozen=True, eq=False)
class _Chords:
    """Where lines cross a ring."""

    share: Floats
    """How far along their edges, shape (2, lines)."""
    ends: Floats
    """Shape (2, 2, lines): of the two crossings x, then y."""
    length: Floats


def _make_chords(xy: Floats, way: Floats, distance: Floats, crossings: _Crossings) -> _Chords:
    edge = crossings.edge
    after = edge + 1
    after[after == distance.shape[1]] = 0
    here = distance[crossings.line, edge]
    share = here / (here - distance[crossings.line, after])
    ends = way[:, edge]
    ends *= share
    ends += xy[:, edge]
    return _Chords(share, ends, _measure(ends[:, 1] - ends[:, 0]))


def _rate(xy: Floats, way: Floats, chords: _Chords, crossings: _Crossings, inner_count: Ints, count: int) -> Floats:
    """Rate chords by the compactness of both sides, the lower the better; the inner side follows the first crossing.

    Parameters
    ----------
    xy, way
        The vertices of the ring and the ways to the next ones, shape (2, vertices).
    """
    # Of each edge its length and twice the area between it and the origin, and the same from the first vertex on.
    each = np.empty((2, xy.shape[1]))
    each[0] = _measure(way)
    each[1] = _turn(xy, way)
    run = np.zeros((2, xy.shape[1] + 1))
    each.cumsum(axis=1, out=run[:, 1:])
    at = each[:, crossings.edge]
    at *= chords.share
    at += run[:, crossings.edge]
    inner = at[:, 1] - at[:, 0]
    inner[0] += chords.length
    inner[1] += _turn(chords.ends[:, 1], chords.ends[:, 0])
    length, area = np.empty((2, 2, len(inner_count)))
    length[0] = inner[0]
    np.subtract(run[0, -1] + 2 * chords.length, inner[0], out=length[1])
    np.abs(inner[1], out=area[0])
    np.subtract(abs(run[1, -1]), area[0], out=area[1])
    length *= length
    area *= 2 * math.pi
    slenderness = np.divide(length, np.maximum(area, 1e-9, out=area), out=length)
    if count == 2:
        return np.asarray(slenderness[0] + slenderness[1])
    grids = np.empty((2, len(inner_count)))
    grids[0] = inner_count
    np.subtract(count, grids[0], out=grids[1])
    # A side that is cut again may be long: its grids will be shorter.
    cost = np.where(grids == 1, slenderness, grids * np.maximum(1.0, 0.9 * slenderness))
    return np.asarray(cost[0] + cost[1])


def _measure(way: Floats) -> Floats:
    return np.asarray(np.sqrt(way[0] ** 2 + way[1] ** 2))


def _turn(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[0] * b[1] - b[0] * a[1])


def _is_clear(distance: Floats, i: int, j: int) -> bool:
    """Tell whether no vertex but the ends of the crossed edges is so near that snapping an end could cross it."""
    near = (np.abs(distance) < _CLEARANCE_M).nonzero()[0]
    if not len(near):
        return True
    n = len(distance)
    return {i, (i + 1) % n, j, (j + 1) % n}.issuperset(near.tolist())


def _find_end(nodes: Nodes, ring: Ints, edge: int, x: float, y: float) -> int:
    """Find the vertex that a line ends at on an edge: one that is there already if it is near, else a new one."""
    a, b = int(ring[edge]), int(ring[edge + 1 if edge + 1 < len(ring) else 0])
    xy = nodes.xy
    for end in (a, b):
        if math.dist(xy[end].tolist(), (x, y)) <= SNAP_M:
            return end
    root = nodes.find_root(a, b)
    # What lies beyond the edge may have a node on it that this ring does not know yet.
    near = nodes.find_near(root, x, y, SNAP_M)
    return nodes.add(x, y, on=root) if near is None else near
