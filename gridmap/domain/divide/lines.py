"""Straight lines across the addresses of a piece: for each direction and balance the one with the widest gap."""

from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.piece import Window
from gridmap.domain.divide.plane import QUANTUM_M, Bools, Floats, Ints

MARGIN_M = 0.05
"""A border keeps at least this distance from every address, so that rounding and another datum change nothing."""
_EVEN_SHARE = 0.02
_UNEVEN_PRICE = 40.0
_FEW_HEAVY = 1.4
"""Up to so many households per site, sites are repeated: to sort more places is sooner done than to add up weights."""
_WIDE_M = 20.0
"""Of two gaps that are both this wide neither is better."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Candidate lines, one per item."""

    direction: Ints
    """Column of the normals."""
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


def project(xy: Floats, normal: Floats) -> Floats:
    """Return how far places of shape (2, places) lie along unit vectors, shape (vectors, places).

    Not a matrix product: what that adds up in which order depends on the library and the number of threads.
    """
    along: Floats = normal[0][:, None] * xy[0]
    along += normal[1][:, None] * xy[1]
    return along


def list_lines(xy: Floats, weight: Ints, atom: Ints | None, windows: list[Window], normal: Floats) -> Lines:
    """List for each direction and each number of grids below it the best offset.

    Parameters
    ----------
    xy
        Of the sites, shape (2, sites).
    atom
        Given: the nearest balance that leaves whole hamlets whole. None: only lines within a window.
    """
    total = int(weight.sum())
    if atom is not None:
        return _list_nearest(project(xy, normal), weight, total, atom, windows)
    if total <= _FEW_HEAVY * len(weight) and weight.all():
        return _list_by_rank(project(xy if total == len(weight) else np.repeat(xy, weight, axis=1), normal), windows)
    return _list_within(project(xy, normal), weight, total, windows)


def _list_by_rank(along: Floats, windows: list[Window]) -> Lines:
    """List lines within windows by places with a site for each household: what lies below is then the rank.

    Between two households of one site there is no gap.
    """
    total = along.shape[1]
    first, last = [max(1, window.low) for window in windows], [min(total - 1, window.high) for window in windows]
    more = max(high - low for low, high in zip(first, last, strict=True))
    along.sort(axis=1)
    above = np.array(first)
    if more <= 0:
        under, over = along[:, above - 1], along[:, above]
        gaps = over - under
        gaps[:, [low > high for low, high in zip(first, last, strict=True)]] = 0.0
    else:
        every = above[:, None] + np.arange(more + 1)
        is_out = every > np.array(last)[:, None]
        every[is_out] = 1
        all_gaps = along[:, every] - along[:, every - 1]
        all_gaps[:, is_out] = 0.0
        above = every[np.arange(len(windows)), np.minimum(all_gaps, _WIDE_M).argmax(axis=2)]
        row = np.arange(len(along))[:, None]
        under, over = along[row, above - 1], along[row, above]
        gaps = all_gaps.max(axis=2)
    direction, window = (gaps >= 2 * MARGIN_M).nonzero()
    rank = above[window] if above.ndim == 1 else above[direction, window]
    return _make(
        under[direction, window], over[direction, window], direction, rank, windows, window, np.zeros(len(rank))
    )


def _make(
    under: Floats, over: Floats, direction: Ints, weight: Ints, windows: list[Window], window: Ints, price: Floats
) -> Lines:
    count = np.array([window.left_count for window in windows])[window]
    return Lines(direction, (under + over) / 2, over - under, weight, count, price)


def _sort(along: Floats, weight: Ints) -> tuple[Floats, Ints]:
    """Sort sites along each normal: their places, and what lies up to each.

    Place and site make one whole number: sorting those takes a third of the time of sorting sites by places.
    """
    bits = len(weight).bit_length()
    keys = np.rint(along / QUANTUM_M).astype(np.int64)
    keys <<= bits
    keys |= np.arange(len(weight))
    keys.sort(axis=1)
    below = weight[keys & ((1 << bits) - 1)].cumsum(axis=1)
    keys >>= bits
    return np.asarray(keys * QUANTUM_M, dtype=np.float64), below


def _list_within(along: Floats, weight: Ints, total: int, windows: list[Window]) -> Lines:
    """List lines within windows."""
    ranked, below = _sort(along, weight)
    directions, sites = along.shape
    low = np.array([max(1, window.low) for window in windows])
    high = np.array([min(total - 1, window.high) for window in windows])
    row = np.arange(directions)
    # All rows as one rising list: two searches instead of a comparison of everything with every window.
    base = row * (total + 1)
    rising = (below + base[:, None]).ravel()
    start = rising.searchsorted(low[:, None] + base) - row * sites
    end = rising.searchsorted(high[:, None] + base, side="right") - row * sites
    at = start[:, :, None] + np.arange(max(1, int((end - start).max())))
    is_out = at >= end[:, :, None]
    at[is_out] = 0
    gaps = ranked[row[:, None], at + 1] - ranked[row[:, None], at]
    gaps[is_out] = 0.0
    best = np.minimum(gaps, _WIDE_M).argmax(axis=2)
    window, direction = np.nonzero(gaps.max(axis=2) >= 2 * MARGIN_M)
    at = at[window, direction, best[window, direction]]
    under, over = ranked[direction, at], ranked[direction, at + 1]
    return _make(under, over, direction, below[direction, at], windows, window, np.zeros(len(at)))


def _list_nearest(along: Floats, weight: Ints, total: int, atom: Ints, windows: list[Window]) -> Lines:
    """List the lines with the balance nearest to windows that part no whole hamlet."""
    ranked, below = _sort(along, weight)
    gaps, below = ranked[:, 1:] - ranked[:, :-1], below[:, :-1]
    closed = (gaps < 2 * MARGIN_M) | (below <= 0) | (below >= total) | _find_parted(ranked, along, atom)
    every = np.arange(len(along))
    found: list[tuple[Ints, Ints, Floats]] = []
    for window in windows:
        off = np.maximum(np.maximum(window.low - below, below - window.high), 0)
        score = off - np.minimum(gaps, _WIDE_M) / (2 * _WIDE_M)
        score[closed] = np.inf
        at = score.argmin(axis=1)
        direction = np.flatnonzero(np.isfinite(score[every, at]))
        at = at[direction]
        share = off[direction, at] / (total / (window.left_count + window.right_count))
        found.append((direction, at, _UNEVEN_PRICE * np.maximum(0.0, share - _EVEN_SHARE) + share))
    numbers = np.repeat(np.arange(len(windows)), [len(at) for _, at, _ in found])
    direction, at, price = (np.concatenate(parts) for parts in zip(*found, strict=True))
    under, over = ranked[direction, at], ranked[direction, at + 1]
    return _make(under, over, direction, below[direction, at], windows, numbers, price)


def _find_parted(ranked: Floats, along: Floats, atom: Ints) -> Bools:
    """Find after which ranks a line would part a whole hamlet; shape (directions, sites - 1)."""
    parted = np.zeros((len(along), along.shape[1] - 1), dtype=np.bool_)
    for number in np.unique(atom[atom >= 0]):
        own = along[:, atom == number]
        if own.shape[1] > 1:
            # Sorted places are rounded to the lattice; gaps that narrow are closed anyway.
            start, end = own.min(axis=1)[:, None] - QUANTUM_M, own.max(axis=1)[:, None] + QUANTUM_M
            parted |= (ranked[:, :-1] >= start) & (ranked[:, 1:] <= end)
    return parted
