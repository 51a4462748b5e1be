"""Which sizes of a grid move nobody, and how far grids are from that."""

import math

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.domain.divide.plane import Bools, Ints

Pair = tuple[int, int]
"""Two grids, by number."""

_GOOD_RANGE = (0.7, 1.3)


def find_band(mean: float, band: float) -> tuple[int, int]:
    """Find the bounds of a grid: the whole numbers round the mean, or the band if it is wider."""
    return min(math.floor(mean), math.ceil(mean * (1 - band))), max(math.ceil(mean), math.floor(mean * (1 + band)))


def find_parts(count: int, touching: list[Pair]) -> Ints:
    """Find the connected part of each grid in the graph of those between which people may be moved."""
    pairs = np.array(touching, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def find_bounds(households: Ints, part: Ints, is_grouped: Bools, *, band: float, target: int) -> tuple[Ints, Ints]:
    """Find the least and the most households of each grid, round the mean of its part of the graph.

    Parameters
    ----------
    is_grouped
        For each grid whether there are whole hamlets in its part. There the mean can't be had, and what counts as a
        good size, 70 to 130 % of the target, moves nobody.
    """
    mean = (np.bincount(part, households) / np.bincount(part))[part]
    bounds = np.array([find_band(float(value), band) for value in mean], dtype=np.int64).reshape(-1, 2)
    low, high = bounds.T
    good = [round(share * target) for share in _GOOD_RANGE]
    return np.where(is_grouped, np.minimum(low, good[0]), low), np.where(is_grouped, np.maximum(high, good[1]), high)


def find_excess(households: Ints, low: Ints, high: Ints) -> int:
    """Count the households that grids have above their bounds and are short of below them."""
    return int((np.maximum(households - high, 0) + np.maximum(low - households, 0)).sum())
