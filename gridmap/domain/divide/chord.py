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

from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Cut, Load, Piece, Window
from gridmap.domain.divide.plane import SNAP_M, Bools, Floats, Ints

MARGIN_M = 0.05
"""A border keeps at least this distance from every address, so that rounding and another datum change nothing."""
CURVATURE = 3e-8
"""Sagitta of a straight line of 1 m between its plane and its degrees: length^2 times this; up to 60 degrees north."""
_EVEN_SHARE = 0.02
_UNEVEN_PRICE = 40.0
_CLEARANCE_M = 2 * SNAP_M


@dataclass(frozen=True, eq=False)
class _Lines:
    """Candidate lines, one per column."""

    normal: Floats
    """Unit normals, shape (2, lines)."""
    offset: Floats
    """Along the normal, m."""
    gap: Floats
    """Between the nearest sites of both sides, m."""
    weight: Ints
    """Households below the line."""
    count: Ints
    """Grids below it."""
    price: Floats
    """What its imbalance costs."""


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
    ring = np.asarray(nodes.xy[piece.shell])
    # Coordinates of millions of metres would cost the running sums their last digits.
    origin = ring[0].copy()
    ring = ring - origin
    xy = load.xy[piece.sites] - origin
    lines = _list_lines(xy, load.weight[piece.sites], load.atom[piece.sites], windows, normals, loose=loose)
    if not len(lines.offset):
        return
    distance = project(ring, lines.normal) - lines.offset
    above = distance > 0
    changes = above != np.roll(above, -1, axis=0)
    twice = np.flatnonzero(changes.sum(axis=0) == 2)
    if not len(twice):
        return
    first = changes[:, twice].argmax(axis=0)
    second = len(ring) - 1 - changes[::-1, twice].argmax(axis=0)
    start, end = _find_crossings(ring, distance, first, twice), _find_crossings(ring, distance, second, twice)
    length = np.hypot(*(end - start).T)
    left = lines.count[twice]
    count = windows[0].left_count + windows[0].right_count
    cost = _rate(ring, first, second, start, end, length, above[(first + 1) % len(ring), twice], left, count)
    cost += lines.price[twice] + np.where(lines.gap[twice] > 2.0, 0.0, 0.02)
    cost[lines.gap[twice] / 2 < CURVATURE * length**2] = np.inf
    seen: set[tuple[int, int, int]] = set()
    for at in np.argsort(cost, kind="stable").tolist():
        if not np.isfinite(cost[at]):
            return
        line = int(twice[at])
        i, j = int(first[at]), int(second[at])
        way = int(8 * math.atan2(lines.normal[1, line], lines.normal[0, line]) / math.pi)
        kind = (int(left[at]), int(lines.weight[line]), 0 if loose else way)
        if (kind in seen and not is_each) or not _is_clear(distance[:, line], i, j):
            continue
        p = _find_end(nodes, piece.shell, i, start[at] + origin)
        q = _find_end(nodes, piece.shell, j, end[at] + origin)
        sides = split_ring(piece.shell, i, j, p, q)
        if sides is None:
            continue
        seen.add(kind)
        inner, outer = sides
        if above[(i + 1) % len(ring), line]:
            inner, outer = outer, inner
        below = project(xy, lines.normal[:, line : line + 1])[:, 0] < lines.offset[line]
        yield Cut(
            Piece(inner, (), piece.sites[below]),
            Piece(outer, (), piece.sites[~below]),
            int(left[at]),
            count - int(left[at]),
        )


def make_normals(directions: int) -> Floats:
    """Make unit vectors, evenly from 0 to 180 degrees, shape (2, directions)."""
    angle = np.arange(directions) * math.pi / directions
    return np.stack([np.cos(angle), np.sin(angle)])


def project(xy: Floats, normal: Floats) -> Floats:
    """Return how far places lie along unit vectors, shape (places, vectors).

    Not a matrix product: what that adds up in which order depends on the library and the number of threads.
    """
    return np.asarray(xy[:, 0:1] * normal[0] + xy[:, 1:2] * normal[1])


def split_ring(ring: Ints, i: int, j: int, p: int, q: int) -> tuple[Ints, Ints] | None:
    """Split a ring by a chord from `p` on edge i to `q` on edge j, i < j; either may be an end of its edge.

    Returns
    -------
    The ring from p over i + 1 .. j to q, and the one from q over j + 1 .. i to p, both turning as the ring does; None
    if one of them has no inside.
    """
    inner = _drop_repeats(np.concatenate([[p], ring[i + 1 : j + 1], [q]]))
    outer = _drop_repeats(np.concatenate([[q], ring[j + 1 :], ring[: i + 1], [p]]))
    if len(inner) < 3 or len(outer) < 3:
        return None
    return inner, outer


def _drop_repeats(ring: Ints) -> Ints:
    return np.asarray(ring[ring != np.roll(ring, 1)])


def _list_lines(xy: Floats, weight: Ints, atom: Ints, windows: list[Window], normal: Floats, *, loose: bool) -> _Lines:
    """List for each direction and each number of grids below it the best offset."""
    along = project(xy, normal)
    order = np.argsort(along, axis=0, kind="stable")
    along = np.take_along_axis(along, order, axis=0)
    gap = along[1:] - along[:-1]
    below = np.cumsum(weight[order], axis=0)
    total = int(below[-1, 0])
    below = below[:-1]
    closed = (gap < 2 * MARGIN_M) | (below <= 0) | (below >= total)
    if loose:
        closed |= _find_parted(order, atom)
    found: list[tuple[Ints, Ints, int, Floats]] = []
    every = np.arange(normal.shape[1])
    for window in windows:
        left, low, high = window.left_count, window.low, window.high
        mean = total / (left + window.right_count)
        off = np.maximum(np.maximum(low - below, below - high), 0)
        score = np.where(closed, np.inf, off - np.minimum(gap, 20.0) / 40.0)
        at = score.argmin(axis=0)
        share = off[at, every] / mean
        price = _UNEVEN_PRICE * np.maximum(0.0, share - _EVEN_SHARE) + share if loose else 1000.0 * share
        usable = np.isfinite(score[at, every]) & (loose | (off[at, every] == 0))
        found.append((at[usable], every[usable], left, price[usable]))
    at = np.concatenate([rows for rows, *_ in found])
    direction = np.concatenate([columns for _, columns, *_ in found])
    return _Lines(
        normal[:, direction],
        (along[at, direction] + along[at + 1, direction]) / 2,
        gap[at, direction],
        below[at, direction],
        np.concatenate([np.full(len(rows), left) for rows, _, left, _ in found]),
        np.concatenate([price for *_, price in found]),
    )


def _find_parted(order: Ints, atom: Ints) -> Bools:
    """Find after which ranks a line would part a whole hamlet; shape (sites - 1, directions)."""
    sites, directions = order.shape
    parted = np.zeros((sites, directions), dtype=np.int32)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(sites)[:, None], order.shape), axis=0)
    every = np.arange(directions)
    for number in np.unique(atom[atom >= 0]):
        ranks = rank[atom == number]
        np.add.at(parted, (ranks.min(axis=0), every), 1)
        np.add.at(parted, (ranks.max(axis=0), every), -1)
    return np.asarray(np.cumsum(parted, axis=0)[:-1] > 0)


def _find_crossings(ring: Floats, distance: Floats, edge: Ints, line: Ints) -> Floats:
    after = (edge + 1) % len(ring)
    here, there = distance[edge, line], distance[after, line]
    share = here / (here - there)
    return np.asarray(ring[edge] + share[:, None] * (ring[after] - ring[edge]))


def _rate(
    ring: Floats, i: Ints, j: Ints, p: Floats, q: Floats, length: Floats, inner_above: Bools, left: Ints, count: int
) -> Floats:
    """Rate chords by the compactness of both sides: the lower the better."""
    after = np.roll(ring, -1, axis=0)
    step = np.hypot(*(after - ring).T)
    cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    run = np.concatenate([[0.0], np.cumsum(step)])
    turn = np.concatenate([[0.0], np.cumsum(cross)])
    n = len(ring)
    before = ring[(i + 1) % n]
    inner_run = np.hypot(*(before - p).T) + run[j] - run[i + 1] + np.hypot(*(q - ring[j]).T)
    inner_turn = (
        p[:, 0] * before[:, 1] - before[:, 0] * p[:, 1]
        + turn[j] - turn[i + 1]
        + ring[j, 0] * q[:, 1] - q[:, 0] * ring[j, 1]
        + q[:, 0] * p[:, 1] - p[:, 0] * q[:, 1]
    )  # fmt: skip
    inner_area = np.abs(inner_turn) / 2
    outer_area = np.maximum(abs(turn[-1]) / 2 - inner_area, 1e-9)
    inner_count = np.where(inner_above, count - left, left)
    outer_run = run[-1] - inner_run + length
    inner_run = inner_run + length
    cost = _rate_side(np.maximum(inner_area, 1e-9), inner_run, inner_count)
    return np.asarray(cost + _rate_side(outer_area, outer_run, count - inner_count))


def _rate_side(area: Floats, run: Floats, count: Ints) -> Floats:
    slenderness = run**2 / (4 * math.pi * area)
    # A side that is cut again may be long: its grids will be shorter.
    return np.where(count == 1, slenderness, count * np.maximum(1.0, 0.9 * slenderness))


def _is_clear(distance: Floats, i: int, j: int) -> bool:
    """Tell whether no vertex but the ends of the crossed edges is so near that snapping an end could cross it."""
    near = np.abs(distance) < _CLEARANCE_M
    n = len(distance)
    near[[i, (i + 1) % n, j, (j + 1) % n]] = False
    return not near.any()


def _find_end(nodes: Nodes, ring: Ints, edge: int, place: Floats) -> int:
    a, b = int(ring[edge]), int(ring[(edge + 1) % len(ring)])
    for end in (a, b):
        if math.dist(nodes.xy[end], place) <= SNAP_M:
            return end
    return nodes.add(float(place[0]), float(place[1]), on=nodes.find_root(a, b))
