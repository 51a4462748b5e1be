"""How many grids, and how far from even they are forced to be."""

import math

import numpy as np

from gridmap.domain.divide.plane import Ints

TOWER_SHARE = 1.5
"""An address of at least so many targets is a grid of its own: with others it would only be heavier."""
KEEP_MEAN = (0.75, 1.30)
"""While the mean stays between these shares of the target, a re-division keeps the number of grids."""


def find_grid_count(households: int, target: int) -> int:
    """Find the number of grids whose mean is nearest to the target, as a ratio of deviations.

    The best number goes from q to q + 1 at n = 2 T q (q + 1) / (2 q + 1): 133, 240, 343 for a target of 100. There
    n / q is as far above the target as n / (q + 1) is below. At the step itself the smaller number wins.

    Returns
    -------
    At least 1.
    """
    below = max(1, households // target)
    # The step between q and q + 1 lies between q T and (q + 1) T, so only these two can be right.
    step = 2 * target * below * (below + 1)
    return below if households * (2 * below + 1) <= step else below + 1


def find_count_for(weights: Ints, target: int) -> tuple[int, int]:
    """Find the number of grids of addresses with weights, and the weight at which a tower counts.

    Towers (addresses of at least 1.5 targets) take a grid each; the others share the rest by `find_grid_count`.

    Returns
    -------
    The number of grids (at least 1, at most the number of addresses with households), and the cap: for balancing, an
    address is never heavier than a full grid of the others.
    """
    heavy = weights >= TOWER_SHARE * target
    rest = int(weights[~heavy].sum())
    towers = int(heavy.sum())
    occupied = int((weights > 0).sum())
    # Beside towers a remnant of under half a grid is not worth a grid: it lives with one of them.
    rest_count = find_grid_count(rest, target) if not towers or rest >= target / 2 else 0
    count = max(1, towers + min(rest_count, occupied - towers))
    return count, _find_cap(weights, count)


def _find_cap(weights: Ints, count: int) -> int:
    """Find at which weight an address counts as a full grid, which it is if it weighs more than the others' mean."""
    mean, heavy = float(weights.sum()) / count, 0
    while (more := int((weights > mean + 1).sum())) > heavy:
        heavy = more
        if heavy >= count:
            return max(1, int(weights[weights > mean + 1].min()))
        mean = float(weights[weights <= mean + 1].sum()) / (count - heavy)
    return max(1, round(mean) if heavy else int(weights.max(initial=1)))


def find_kept_count(households: int, target: int, before: int) -> int:
    """Find the number of grids of a re-division: the former one while the mean is 75 to 130 % of the target."""
    low, high = KEEP_MEAN
    if before >= 1 and low * target <= households / before <= high * target:
        return before
    if before == 1 and households <= high * target:
        return 1
    return find_grid_count(households, target)


def find_forced_deviation(weights: Ints, count: int) -> float:
    """Find the least possible max |n_i - n/k| of k grids: whole households, and the heaviest address.

    A lower bound, in households; that it can be reached is not promised.
    """
    total = int(weights.sum())
    mean = total / count
    whole = 0.0 if count == 1 else max(math.ceil(mean) - mean, mean - math.floor(mean))
    heaviest = float(np.max(weights, initial=0))
    return max(whole, heaviest - mean if count > 1 else 0.0)
