"""Straight lines across the addresses of a piece: for each direction and balance the one with the widest gap."""

from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.piece import Window
from gridmap.domain.divide.plane import QUANTUM_M, Bools, Floats, Ints

MARGIN_M = 0.05
"""A border keeps at least this distance from every address, so that rounding and another datum change nothing."""
_EVEN_SHARE = 0.02
_UNEVEN_PRICE = 40.0
_LEAST_GAP, _WIDE = round(2 * MARGIN_M / QUANTUM_M), round(20.0 / QUANTUM_M)
"""Gaps in steps of the lattice: the narrowest that is used, and the width from which neither of two is better."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Candidate lines, one per item."""

    direction: Ints
    """Column of the normals."""
    offset: Floats
    """Along the normal, m."""
    gap: Floats
    """Between the nearest sites of both sides, m."""
    rank: Ints
    """How many sites are below the line: the first ones of `order[direction]`."""
    weight: Ints
    """Households below it."""
    count: Ints
    """Grids below it."""
    price: Floats
    """What its imbalance costs."""
    order: Ints
    """Sites by their place along each normal, shape (directions, sites)."""


def project(xy: Floats, normal: Floats) -> Floats:
    """Return how far places lie along unit vectors, shape (vectors, places).

    Not a matrix product: what that adds up in which order depends on the library and the number of threads.
    """
    along: Floats = normal[0][:, None] * xy[:, 0]
    along += normal[1][:, None] * xy[:, 1]
    return along


def list_lines(xy: Floats, weight: Ints, atom: Ints | None, windows: list[Window], normal: Floats) -> Lines:
    """List for each direction and each number of grids below it the best offset.

    Parameters
    ----------
    atom
        Given: the nearest balance that leaves whole hamlets whole. None: only lines within a window.
    """
    steps = project(xy, normal)
    steps *= 1 / QUANTUM_M
    place = np.rint(steps, out=steps).astype(np.int64)
    along, order = _sort(place)
    # Where every site weighs one, what lies below is the rank.
    below = None if atom is None and (weight == 1).all() else weight[order].cumsum(axis=1)
    total = len(xy) if below is None else int(below[0, -1])
    if atom is None:
        window, direction, at = _find_within(along, below, windows, total)
        price = np.zeros(len(at))
    else:
        assert below is not None
        gaps = along[:, 1:] - along[:, :-1]
        closed = (gaps < _LEAST_GAP) | _find_parted(along, place, atom)
        closed |= (below[:, :-1] <= 0) | (below[:, :-1] >= total)
        found = [_find_nearest(gaps, below[:, :-1], closed, window, total) for window in windows]
        window = np.repeat(np.arange(len(windows)), [len(at) for _, at, _ in found])
        direction, at, price = (np.concatenate(parts) for parts in zip(*found, strict=True))
    under, over = along[direction, at], along[direction, at + 1]
    return Lines(
        direction,
        (under + over) * (QUANTUM_M / 2),
        (over - under) * QUANTUM_M,
        at + 1,
        at + 1 if below is None else below[direction, at],
        np.array([window.left_count for window in windows])[window],
        price,
        order,
    )


def _sort(place: Ints) -> tuple[Ints, Ints]:
    """Sort places along each normal, in steps of the lattice: the sorted places, and the sites in that order.

    Place and site make one whole number: sorting those takes a third of the time of sorting sites by places.
    """
    bits = place.shape[1].bit_length()
    keys = place << bits
    keys |= np.arange(place.shape[1])
    keys.sort(axis=1)
    return keys >> bits, keys & ((1 << bits) - 1)


def _find_within(along: Ints, below: Ints | None, windows: list[Window], total: int) -> tuple[Ints, Ints, Ints]:
    """Find the widest gap after which what lies below is in a window: windows, directions, and the ranks before it."""
    directions, sites = along.shape
    low = np.array([max(1, window.low) for window in windows])
    high = np.array([min(total - 1, window.high) for window in windows])
    row = np.arange(directions)
    if below is None:
        start, end = np.repeat(low - 1, directions), np.repeat(high, directions)
    else:
        # All rows as one rising list: two searches instead of a comparison of everything with every window.
        rising = (below + (row * (total + 1))[:, None]).ravel()
        base = row * (total + 1)
        start = (rising.searchsorted((low[:, None] + base).ravel()).reshape(-1, directions) - row * sites).ravel()
        end = rising.searchsorted((high[:, None] + base).ravel(), side="right").reshape(-1, directions) - row * sites
        end = end.ravel()
    row = np.tile(row, len(windows))
    width = int((end - start).max())
    if width <= 0:
        none = np.empty(0, dtype=np.int64)
        return none, none, none
    at = start[:, None] + np.arange(width)
    np.minimum(at, sites - 2, out=at)
    first = at + (row * sites)[:, None]
    flat = along.ravel()
    gaps = flat[first + 1] - flat[first]
    if width > 1:
        gaps[at >= end[:, None]] = 0
        best = np.minimum(gaps, _WIDE).argmax(axis=1)
        every = np.arange(len(best))
        at, gap = at[every, best], gaps[every, best]
    else:
        at, gap = at[:, 0], np.where(start < end, gaps[:, 0], 0)
    usable = np.flatnonzero(gap >= _LEAST_GAP)
    return usable // directions, row[usable], at[usable]


def _find_nearest(gaps: Ints, below: Ints, closed: Bools, window: Window, total: int) -> tuple[Ints, Ints, Floats]:
    """Find per direction the open gap nearest to a window: directions that have one, the rank before it, its price."""
    off = np.maximum(np.maximum(window.low - below, below - window.high), 0)
    score = off - np.minimum(gaps, _WIDE) / (2 * _WIDE)
    score[closed] = np.inf
    at = score.argmin(axis=1)
    direction = np.flatnonzero(np.isfinite(score[np.arange(len(at)), at]))
    at = at[direction]
    share = off[direction, at] / (total / (window.left_count + window.right_count))
    return direction, at, _UNEVEN_PRICE * np.maximum(0.0, share - _EVEN_SHARE) + share


def _find_parted(along: Ints, place: Ints, atom: Ints) -> Bools:
    """Find after which ranks a line would part a whole hamlet; shape (directions, sites - 1)."""
    parted = np.zeros((len(along), along.shape[1] - 1), dtype=np.bool_)
    for number in np.unique(atom[atom >= 0]):
        own = place[:, atom == number]
        if own.shape[1] > 1:
            parted |= (along[:, :-1] >= own.min(axis=1)[:, None]) & (along[:, 1:] <= own.max(axis=1)[:, None])
    return parted
