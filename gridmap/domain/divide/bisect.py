"""Divide a region into its grids by cutting it in two, again and again."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from gridmap.domain.divide.chord import list_chords, make_normals, make_normals_between
from gridmap.domain.divide.halves import find_nearest_halves
from gridmap.domain.divide.mesh_piece import list_crooked
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.packing import find_least_miss, find_least_outside, is_good_size
from gridmap.domain.divide.piece import Cut, Load, Piece, Window, find_window, list_windows
from gridmap.domain.divide.plane import Floats, find_ring_area, find_ring_length

_FEW, _MANY = make_normals(32), make_normals(128)
_CROOKED_FROM = 0.10
"""Share of the mean by which the nearest straight cut must miss before a crooked one is looked for."""

_MOST_CUTS = 1500


@dataclass(frozen=True)
class _Effort:
    """How long better cuts are looked for."""

    width: int
    """How many cuts are tried at a step."""
    budget: int
    """How many in all."""
    budget_per_grid: int = 0
    budget_per_site: int = 0
    crooked: int = 4
    """How often crooked cuts are looked for; each time costs as much as a hundred straight ones."""
    is_each_way: bool = False
    """Whether straight cuts are looked for in every direction; then it is an even division or none."""
    is_crooked_always: bool = False
    """Whether crooked cuts are looked for where a straight one misses by little, too."""

    def find_budget(self, grids: int, sites: int) -> int:
        """Find how many cuts are tried in all."""
        return self.budget + self.budget_per_grid * grids + min(_MOST_CUTS, self.budget_per_site * sites)


_EVEN = (_Effort(1, 1), _Effort(4, 150), _Effort(6, 0, budget_per_site=6, is_each_way=True))
"""Nearly always the first cuts are as good as can be: the others then need not be made."""
_WHOLE = _Effort(3, 60, 12, crooked=2)
"""With whole hamlets there are fewer cuts that differ."""
_WHOLE_MORE = _Effort(5, 200, 20, crooked=2, is_crooked_always=True)
_EVERY_WAY_SITES = 40
"""Up to so many sites, heavy ones are parted in every way that a straight line can."""
_GOOD_SHARE = 0.2


def divide_region(nodes: Nodes, region: Piece, load: Load, count: int, target: int) -> list[Piece]:
    """Divide a region into connected pieces of nearly equal weight: `count` of them.

    Fewer come back where there are fewer addresses with households than that; one more or less where whole hamlets
    make another number fit the target better.
    """
    if not has_group(load, region):
        total = load.weigh(region)
        return _Search(nodes, load, _rate_even(total / max(1, count)), 0.0).divide(region, count)
    return _divide_whole(nodes, region, load, count, target)


def _divide_whole(nodes: Nodes, region: Piece, load: Load, count: int, target: int) -> list[Piece]:
    """Divide a region with whole hamlets; with more effort and other numbers while better sizes are not ruled out."""
    rate = _rate_size(target)
    hamlets, free = load.list_groups(region)
    plan, cost, outside, kept = [region], math.inf, count, None
    mark = nodes.mark()
    for other in (count, count - 1, count + 1):
        if other < 1:
            continue
        least = find_least_outside(hamlets, free, other, target)
        for effort in (_WHOLE, _WHOLE_MORE):
            # No more grids may be outside than there are now, and with more effort it must be fewer.
            if least > outside or (effort is _WHOLE_MORE and least == outside):
                break
            tried = _Search(nodes, load, rate, _GOOD_SHARE**2).divide(region, other, effort)
            steps = nodes.take_back(mark)
            if (tried_cost := _add_up(load, tried, rate)) < cost - 0.1:
                plan, cost, kept = tried, tried_cost, steps
                outside = sum(not is_good_size(load.weigh(piece), target) for piece in plan)
        if not outside:
            break
    nodes.do_again(kept or [])
    return plan


def has_group(load: Load, piece: Piece) -> bool:
    """Tell whether a piece has sites that must stay together."""
    return load.has_group(piece)


Rate = Callable[[float], float]


def _rate_even(mean: float) -> Rate:
    """Rate a grid by what it is beyond one household from the mean."""
    return lambda households: max(0.0, abs(households - mean) - 1.0) / max(1.0, mean)


def _rate_size(target: int) -> Rate:
    """Rate a grid by its distance from the target; outside of 70 to 130 % it costs one more."""

    def rate(households: float) -> float:
        return (households / target - 1.0) ** 2 + (0.0 if is_good_size(households, target) else 1.0)

    return rate


def _add_up(load: Load, pieces: list[Piece], rate: Rate) -> float:
    return sum(rate(load.weigh(piece)) for piece in pieces)


class _Search:
    """Takes the best cut at each step; where the grids then do not come out well, also the next best ones."""

    def __init__(self, nodes: Nodes, load: Load, rate: Rate, good: float) -> None:
        self._nodes, self._load, self._rate, self._good = nodes, load, rate, good
        self._is_even = good == 0.0
        self._effort = _EVEN[0]
        self._left = self._crooked = 0

    def divide(self, piece: Piece, count: int, effort: _Effort | None = None) -> list[Piece]:
        """Divide a piece with some effort; without one, with as much as it takes to have the grids even."""
        plan, cost, kept = [piece], math.inf, None
        mark = self._nodes.mark()
        for self._effort in _EVEN if effort is None else (effort,):
            self._left, self._crooked = self._effort.find_budget(max(1, count), len(piece.sites)), self._effort.crooked
            tried, tried_cost = self._divide(piece, count, self._effort.width)
            if tried_cost < cost and tried_cost <= self._good * count + 1e-9:
                return tried
            steps = self._nodes.take_back(mark)
            if tried_cost < cost:
                plan, cost, kept = tried, tried_cost, steps
        self._nodes.do_again(kept or [])
        return plan

    def _divide(self, piece: Piece, count: int, width: int, limit: float = math.inf) -> tuple[list[Piece], float]:
        """Divide a piece; an even division that costs `limit` or more is of no use, and need not be made."""
        best = [piece]
        if count <= 1 or (count := min(count, self._load.count_atoms(piece))) <= 1:
            return best, self._rate(self._load.weigh(piece))
        nodes = self._nodes
        good = self._good * count + 1e-9
        # What is left after an even cut in two is even: no other is needed.
        cuts = list(islice(self._list_cuts(piece, count, limit), 1 if self._is_even and count == 2 else width))
        if not cuts:
            # Any division is better than none; but where every way is tried it is an even one or none.
            is_useless = self._effort.is_each_way or limit < math.inf
            return best, math.inf if is_useless else self._rate(self._load.weigh(piece))
        # The last grids are where an even division fails, and trying again costs the least there.
        width = width if self._is_even else max(1, width - 1)
        cost = math.inf
        mark, kept = nodes.mark(), None
        for cut in cuts:
            self._left -= 1
            most = min(limit, cost) if self._is_even else cost
            left, left_cost = self._divide(cut.left, cut.left_count, width, most)
            if left_cost < most - 1e-9:
                right, right_cost = self._divide(cut.right, cut.right_count, width, most - left_cost)
                if left_cost + right_cost < most - 1e-9:
                    best, cost = left + right, left_cost + right_cost
                    if cut is cuts[-1] or cost <= good or self._left <= 0:
                        return best, cost
                    kept = nodes.take_back(mark)
            nodes.take_back(mark)
            if self._left <= 0:
                break
        nodes.do_again(kept or [])
        return best, cost

    def _list_cuts(self, piece: Piece, count: int, limit: float) -> Iterator[Cut]:
        """List cuts: chords with an exact balance, else the nearest, and crooked ones where these are far off.

        None where a piece of a few heavy sites is to be parted in two and no straight line does it below a limit.
        """
        nodes, load = self._nodes, self._load
        total = load.weigh(piece)
        windows = list_windows(total, count)
        if not has_group(load, piece):
            some = False
            is_pair = count == 2 and self._effort is not _EVEN[0] and len(piece.sites) <= _EVERY_WAY_SITES
            for normals in self._list_normals(piece):
                if is_pair and (self._effort.is_each_way or normals is _MANY):
                    below, above = find_nearest_halves(load.xy[piece.sites], load.weight[piece.sites], windows[0])
                    if below < above:
                        if self._effort.is_each_way:
                            return
                        if min(self._rate(half) + self._rate(total - half) for half in (below, above)) >= limit:
                            # It counts as a cut that was tried.
                            self._left -= 1
                            return
                        break
                for cut in list_chords(nodes, piece, load, windows, normals, loose=False):
                    some = True
                    yield cut
                if some or self._effort.is_each_way:
                    return
        straight = list(islice(list_chords(nodes, piece, load, windows, _FEW, loose=True), self._effort.width))
        miss = min((_find_miss(cut, load) for cut in straight), default=math.inf)
        mean = total / count
        if not straight or (self._crooked > 0 and self._is_worth_bending(piece, miss, mean, windows)):
            self._crooked -= 1
            straight += list_crooked(nodes, piece, load, count, is_thorough=self._effort.is_crooked_always)
            straight.sort(key=lambda cut: self._foresee(cut, mean) + 0.05 * self._find_slenderness(cut))
        yield from straight

    def _is_worth_bending(self, piece: Piece, miss: float, mean: float, windows: list[Window]) -> bool:
        """Tell whether straight cuts are so far off that a crooked one is looked for."""
        if self._effort.is_crooked_always or self._is_even or miss <= _CROOKED_FROM * mean:
            return self._effort.is_crooked_always or miss > _CROOKED_FROM * mean
        # What whole hamlets force is no fault of the straight line.
        return miss - find_least_miss(*self._load.list_groups(piece), windows) > _CROOKED_FROM * mean

    def _list_normals(self, piece: Piece) -> list[Floats]:
        if not self._effort.is_each_way:
            return [_FEW, _MANY]
        if len(piece.sites) > _EVERY_WAY_SITES:
            return [_MANY]
        return [make_normals_between(self._load.xy[piece.sites])]

    def _foresee(self, cut: Cut, mean: float) -> float:
        """Foresee what a cut will cost: by its balance, or with whole hamlets by grids of equal size on each side."""
        if self._is_even:
            return _find_miss(cut, self._load) / mean
        sides = ((cut.left, cut.left_count), (cut.right, cut.right_count))
        return sum(count * self._rate(self._load.weigh(piece) / count) for piece, count in sides)

    def _find_slenderness(self, cut: Cut) -> float:
        worst = 1.0
        for side in (cut.left, cut.right):
            ring = self._nodes.xy[side.shell]
            worst = max(worst, find_ring_length(ring) ** 2 / (4 * math.pi * max(1e-9, find_ring_area(ring))))
        return worst


def _find_miss(cut: Cut, load: Load) -> int:
    """Find by how many households the left side is outside of what allows an even division."""
    left, right = load.weigh(cut.left), load.weigh(cut.right)
    low, high = find_window(left + right, cut.left_count, cut.right_count)
    return max(low - left, left - high, 0)
