"""How many grids must be too small or too large because hamlets stay whole, wherever they may lie."""

import math
from collections.abc import Iterator, Sequence

from gridmap.domain.divide.piece import Window

LOW_SHARE, HIGH_SHARE = 0.7, 1.3
"""A grid between these shares of the target is of a good size."""
_MOST_HAMLETS = 8
"""There are 4140 ways to put eight hamlets together; of more nothing is claimed."""


def is_good_size(households: float, target: int) -> bool:
    """Tell whether a grid has 70 to 130 % of the target."""
    return LOW_SHARE <= households / target <= HIGH_SHARE


def find_least_outside(hamlets: Sequence[int], free: int, count: int, target: int) -> int:
    """Find the least number of `count` grids that can be outside of 70 to 130 % of the target.

    A lower bound: it knows nothing of where things lie, and lets the other households be dealt out one by one.

    Parameters
    ----------
    hamlets
        Households of each whole hamlet.
    free
        Households that belong to none.
    """
    low, high = math.ceil(LOW_SHARE * target - 1e-9), math.floor(HIGH_SHARE * target + 1e-9)
    if len(hamlets) > _MOST_HAMLETS:
        return 0
    least = count
    for sums in _deal(sorted(hamlets, reverse=True), [0] * count):
        least = min(least, _count_outside(sums, free, low, high))
        if least == 0:
            break
    return least


def find_least_miss(hamlets: Sequence[int], free: int, windows: Sequence[Window]) -> int:
    """Find by how many households one side of a cut must at least miss all of some windows, wherever hamlets lie."""
    sums = {0}
    for households in hamlets:
        sums |= {some + households for some in sums}
    return min(max(window.low - some - free, some - window.high, 0) for some in sums for window in windows)


def _deal(hamlets: list[int], sums: list[int]) -> Iterator[list[int]]:
    """Deal hamlets out to grids in every way; grids of equal sums are alike."""
    if not hamlets:
        yield sums
        return
    for number, before in enumerate(sums):
        if before in sums[:number]:
            continue
        sums[number] += hamlets[0]
        yield from _deal(hamlets[1:], sums)
        sums[number] = before


def _count_outside(sums: list[int], free: int, low: int, high: int) -> int:
    """Count the grids that stay outside when free households fill up those that lack the least."""
    outside = sum(households > high for households in sums)
    left = free
    for lack in sorted(low - households for households in sums if households < low):
        if lack > left:
            outside += 1
        else:
            left -= lack
    # What is left over spoils nothing where one is outside anyhow.
    room = sum(high - max(households, low) for households in sums if households <= high)
    return 1 if outside == 0 and left > room else outside
