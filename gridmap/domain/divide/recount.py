"""The number of grids of a region that is divided again: one more by cutting the largest, one fewer by joining two."""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.domain.divide.bisect import divide_region
from gridmap.domain.divide.count import find_kept_count
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.plane import Ints
from gridmap.domain.divide.task import AreaTask


@dataclass(frozen=True, eq=False)
class FreshPlan:
    """The area divided as if there were no former grids."""

    households: list[Ints]
    """Of the grids of each region."""
    split: frozenset[tuple[int, int]]
    """The hamlets, with the region, that it does not keep whole in it all the same."""


Fresh = Callable[[], FreshPlan]


def change_count(grids: Grids, region: int, task: AreaTask, last: int, find_fresh: Fresh) -> int:
    """Cut or join grids of a region until their number fits.

    It stays while the mean is between 75 and 130 % of the target, and also where a new plan would have as many: towers
    and whole hamlets have their own numbers.

    Parameters
    ----------
    last
        The last grid number of the area that was ever used.

    Returns
    -------
    The last grid number by now.
    """
    while True:
        # Reckoned anew after each step: not more grids are added or given up than bring the mean back between the two.
        own = grids.list_of_region(region)
        total = int(grids.list_households()[own].sum())
        wanted = find_kept_count(total, task.options.target, len(own))
        if region < 0 or len(own) == wanted or len(own) == len(find_fresh().households[region]):
            return last
        if len(own) < wanted:
            if not _split_largest(grids, own, make_code(task.code, last + 1), task.options.target):
                return last
            last += 1
        elif not _join_smallest(grids, own):
            return last


def _split_largest(grids: Grids, own: list[int], code: str, target: int) -> bool:
    """Cut the largest of some grids that is not locked in two; the smaller side gets the code."""
    households = grids.list_households()
    for number in sorted(own, key=lambda i: (-households[i], i)):
        if grids.codes[number] in grids.locked:
            continue
        found = divide_region(grids.nodes, grids.pieces[number], grids.load, 2, target)
        if len(found) != 2:
            continue
        weights = [int(grids.load.weight[piece.sites].sum()) for piece in found]
        small = int(weights[1] <= weights[0])
        grids.pieces[number] = found[1 - small]
        grids.pieces.append(found[small])
        grids.codes.append(code)
        return True
    return False


def _join_smallest(grids: Grids, own: list[int]) -> bool:
    """Join the two neighbours of some grids with the fewest households; the code of the larger remains."""
    households = grids.list_households()
    pairs = [pair for pair in grids.list_touching() if pair[0] in own and pair[1] in own]
    for a, b in sorted(pairs, key=lambda pair: (households[pair[0]] + households[pair[1]], pair)):
        whole = grids.unite(a, b)
        if whole is None:
            continue
        kept, gone = (a, b) if (households[a], -a) >= (households[b], -b) else (b, a)
        grids.pieces[kept] = whole
        del grids.pieces[gone], grids.codes[gone]
        return True
    return False
