"""What a straight line can have on one side of it, of a few places: whatever its direction and offset."""

import numpy as np

from gridmap.domain.divide.piece import Window
from gridmap.domain.divide.plane import Floats, Ints

_PER_M = 100


def list_half_sums(xy: Floats, weight: Ints) -> Floats:
    """List what the places on one side of a line may weigh together: each sum, or that of the other side.

    A line that parts places can be moved until it runs through two of them, and the same places are on its two sides
    but for those that it runs through now. So all lines through two places are looked at, and of the places on such a
    line none, all, and those up to the first or from the second one on are added.

    Parameters
    ----------
    xy
        Shape (n, 2), whole centimetres in m: the side of a line that a place is on is then known exactly.
    """
    places = np.rint((xy - xy[0]) * _PER_M)
    x, y = places.T
    i, j = np.triu_indices(len(xy), 1)
    if not len(i):
        return np.array([0.0, float(weight.sum())])
    way_x, way_y = x[j] - x[i], y[j] - y[i]
    side = way_x[:, None] * y
    side -= way_y[:, None] * x
    side -= (way_x * y[i] - way_y * x[i])[:, None]
    # Whole numbers, so that no order of adding them up changes the sums.
    heavy = weight.astype(np.float64)
    above = (side > 0.0) @ heavy
    first, second = heavy[i], heavy[j]
    pair, place = np.nonzero(side == 0.0)
    if len(pair) > 2 * len(i):
        ahead = way_x[pair] * (x[place] - x[i[pair]]) + way_y[pair] * (y[place] - y[i[pair]])
        is_before = (ahead < 0.0) & (place != i[pair])
        is_after = (ahead > 0.0) & (place != j[pair])
        first = first + np.bincount(pair[is_before], heavy[place[is_before]], len(i))
        second = second + np.bincount(pair[is_after], heavy[place[is_after]], len(i))
    return np.concatenate([above, above + first, above + second, above + first + second])


def find_nearest_halves(xy: Floats, weight: Ints, window: Window) -> tuple[float, float]:
    """Find what a line can have on one of its sides that is nearest to a window, from below and from above.

    Parameters
    ----------
    window
        For one grid on each side, so that it is the same for both sides.

    Returns
    -------
    The same sum twice if one lies in the window; minus infinity and infinity where there is none below or above.
    """
    sums = list_half_sums(xy, weight)
    low, high = max(1, window.low), window.high
    inside = sums[(sums >= low) & (sums <= high)]
    if len(inside):
        return float(inside[0]), float(inside[0])
    below, above = sums[sums < low], sums[sums > high]
    return float(below.max(initial=-np.inf)), float(above.min(initial=np.inf))
