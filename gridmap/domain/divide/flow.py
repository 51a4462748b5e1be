"""The fewest people that have to change grid so that every grid is within a band."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack
from scipy.sparse.csgraph import connected_components

from gridmap.domain.divide.plane import Ints

Pair = tuple[int, int]


@dataclass(frozen=True)
class Move:
    """So many households go from one grid to a neighbour."""

    giver: int
    taker: int
    households: int


def find_band(mean: float, band: float) -> tuple[int, int]:
    """Find the bounds of a grid: the whole numbers round the mean, or the band if it is wider."""
    return min(math.floor(mean), math.ceil(mean * (1 - band))), max(math.ceil(mean), math.floor(mean * (1 + band)))


def find_parts(count: int, touching: list[Pair]) -> Ints:
    """Find the connected part of each grid in the graph of those between which people may be moved."""
    pairs = np.array(touching, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def find_bounds(households: Ints, part: Ints, *, band: float) -> tuple[Ints, Ints]:
    """Find the least and the most households of each grid, round the mean of its part of the graph."""
    mean = (np.bincount(part, households) / np.bincount(part))[part]
    bounds = np.array([find_band(float(value), band) for value in mean], dtype=np.int64).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]


def list_least_moves(households: Ints, touching: list[Pair], low: Ints, high: Ints) -> list[Move]:
    """List moves between neighbours that bring every grid into its bounds with the fewest households moved.

    A minimum-cost flow on the graph of neighbouring grids, by linear programming; its corner solutions are whole
    numbers, because the matrix is one of incidences.

    Returns
    -------
    Sorted by grid numbers; none if nobody has to move, or if no moves can do it. Their sum is a lower bound for any
    re-division within these bounds.
    """
    if not touching or ((households >= low) & (households <= high)).all():
        return []
    pairs = np.array(touching, dtype=np.int64)
    giver, taker = np.concatenate([pairs, pairs[:, ::-1]]).T
    edge = np.arange(len(giver))
    ends = (np.concatenate([giver, taker]), np.tile(edge, 2))
    signs = np.concatenate([-np.ones(len(edge)), np.ones(len(edge))])
    # Grids without a neighbour can neither give nor take.
    part = find_parts(len(households), touching)
    joined = np.flatnonzero(np.bincount(part)[part] > 1)
    gain = coo_array((signs, ends), (len(households), len(edge))).tocsr()[joined]
    found = linprog(  # type: ignore[call-overload]
        # A hair's difference between the edges, so that of equally good answers always the same comes out.
        1.0 + 1e-7 * edge,
        A_ub=vstack([gain, -gain]),
        b_ub=np.concatenate([high - households, households - low]).reshape(2, -1)[:, joined].ravel(),
        method="highs-ds",
    )
    if found.status != 0:
        return []
    flow = np.rint(found.x).astype(np.int64)
    return [Move(int(giver[i]), int(taker[i]), int(flow[i])) for i in np.lexsort((taker, giver)) if flow[i] > 0]
