"""The fewest people that have to change grid: a minimum-cost flow between neighbours, of lots that go as a whole."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from gridmap.domain.divide.band import Pair
from gridmap.domain.divide.plane import Floats, Ints

_NODE_LIMIT = 200
_SEARCH_GAP, _SEARCH_NODES = 0.3, 1


@dataclass(frozen=True, order=True)
class Move:
    """So many households go from one grid to a neighbour."""

    giver: int
    taker: int
    households: int


@dataclass(frozen=True, order=True)
class Lot:
    """What changes grid as a whole or not at all: the households of one place, or those of a whole hamlet in a grid."""

    grid: int
    """Where it is."""
    households: int
    homes: tuple[tuple[int, int], ...]
    """The grids that its people count as belonging to, and how many; those who belong nowhere are left out."""

    def find_price(self, taker: int) -> int:
        """Find how many more people are away from home once it is handed over; less than 0 if they go home."""
        return self.count_at_home(self.grid) - self.count_at_home(taker)

    def count_away(self) -> int:
        """Count the people of the lot who belong to another grid."""
        return sum(households for home, households in self.homes if home != self.grid)

    def count_at_home(self, grid: int) -> int:
        """Count the people of the lot who belong to a grid."""
        return sum(households for home, households in self.homes if home == grid)


@dataclass(frozen=True)
class Offer:
    """An amount that is known to be there to be handed over, and its price."""

    households: int
    price: int


@dataclass(frozen=True)
class Balance:
    """What is to be moved between which grids, and what sizes they are to have."""

    households: Ints
    low: Ints
    high: Ints
    lots: dict[Lot, int]
    """How often each kind is there."""
    ways: list[Pair]
    """Giver and taker of each way that lots may go."""
    offers: dict[Pair, list[Offer]] = field(default_factory=dict)
    """Ways of which it is known what can go: one of these and nothing else."""


def list_moves(balance: Balance, worth: int) -> list[Move]:
    """List the moves that pay best: a household nearer to the bounds is worth moving so many people.

    Returns
    -------
    Sorted by grid numbers; none if nothing pays.
    """
    problem = _Problem(balance)
    found = problem.solve(problem.make_price(worth))
    return [] if found is None else problem.read_moves(found)


def list_moves_for(balance: Balance, excess: int, most: int) -> list[Move]:
    """List moves after which fewer than `most` more people are away from home, for no more than so much out of bounds.

    Not the cheapest there are: a tenth more is near enough for what may then turn out not to be drawn.

    Returns
    -------
    Sorted by grid numbers; none if none are found.
    """
    problem = _Problem(balance)
    found = problem.search(excess, most)
    return [] if found is None else problem.read_moves(found)


def find_least(balance: Balance, excess: int) -> int:
    """Find a lower bound of the people that have to change grid for a balance.

    Of all assignments of lots to grids such that every lot stays or goes one of the ways, no grid is emptied, and not
    more than `excess` households in sum are above or below the bounds of their grids, it is the one after which the
    fewest people are away from home. The integer programme below has every such assignment among its solutions (it
    only counts how many lots of each kind go each way, and asks nothing of the shape of the grids), so its minimum is
    not above what any of them moves; if the search is broken off, its bound takes the place of the minimum, and that
    is lower still.

    Returns
    -------
    More, or fewer if negative, than are away from home now.
    """
    problem = _Problem(balance)
    return math.ceil(problem.solve_for(excess) - 1e-6)


class _Problem:
    """The integer programme: how many lots of each kind go each way, and how far grids remain out of bounds."""

    def __init__(self, balance: Balance) -> None:
        self._balance = balance
        size = len(balance.households)
        kinds = sorted(balance.lots.items())
        ways_of: dict[int, list[int]] = {}
        for giver, taker in sorted(balance.ways):
            if (giver, taker) not in balance.offers:
                ways_of.setdefault(giver, []).append(taker)
        givers: list[int] = []
        takers: list[int] = []
        amount: list[int] = []
        price: list[int] = []
        most: list[int] = []
        rows: list[list[int]] = []
        limits: list[int] = []
        for lot, count in kinds:
            reach = ways_of.get(lot.grid, [])
            rows.append(list(range(len(givers), len(givers) + len(reach))))
            limits.append(count)
            for other in reach:
                givers.append(lot.grid)
                takers.append(other)
                amount.append(lot.households)
                price.append(lot.find_price(other))
                most.append(count)
        for (one, other), offers in sorted(balance.offers.items()):
            rows.append(list(range(len(givers), len(givers) + len(offers))))
            limits.append(1)
            for offer in offers:
                givers.append(one)
                takers.append(other)
                amount.append(offer.households)
                price.append(offer.price)
                most.append(1)
        self._giver, self._taker = np.array(givers, dtype=np.int64), np.array(takers, dtype=np.int64)
        self._amount = np.array(amount, dtype=np.int64)
        self._price_of_people = np.concatenate([np.array(price, dtype=np.float64), np.zeros(2 * size)])
        count = len(givers)
        every = np.arange(count)
        grid = np.arange(size)
        # Change of each grid's households.
        change = csr_array(
            (
                np.concatenate([-self._amount, self._amount]),
                (np.concatenate([self._giver, self._taker]), np.concatenate([every, every])),
            ),
            (size, count + 2 * size),
        )
        above = csr_array((np.ones(size), (grid, count + grid)), (size, count + 2 * size))
        below = csr_array((np.ones(size), (grid, count + size + grid)), (size, count + 2 * size))
        n = balance.households
        self._constraints = [
            LinearConstraint(change - above, -np.inf, balance.high - n),
            LinearConstraint(change + below, balance.low - n, np.inf),
            LinearConstraint(change, np.minimum(n, 1) - n, np.inf),
        ]
        some = [(row, limit) for row, limit in zip(rows, limits, strict=True) if row]
        if some:
            at = np.concatenate([np.full(len(row), i) for i, (row, _) in enumerate(some)])
            of = np.concatenate([row for row, _ in some])
            use = csr_array((np.ones(len(of)), (at, of)), (len(some), count + 2 * size))
            self._constraints.append(LinearConstraint(use, -np.inf, [limit for _, limit in some]))
        self._excess = np.concatenate([np.zeros(count), np.ones(2 * size)])
        self._bounds = Bounds(0, np.concatenate([np.array(most, dtype=np.float64), np.full(2 * size, np.inf)]))
        self._integral = np.concatenate([np.ones(count), np.zeros(2 * size)])

    def make_price(self, worth: int) -> Floats:
        """Price people moved and what remains out of bounds."""
        return np.asarray(self._price_of_people + worth * self._excess)

    def solve(self, price: Floats) -> Ints | None:
        """Find how many of each go; None if nothing is better than as it is."""
        result = self._run(price, None)
        if result.x is None:
            return None
        count = len(self._giver)
        found = np.rint(result.x[:count]).astype(np.int64)
        balance = self._balance
        now = price[count:] @ np.concatenate(
            [np.maximum(balance.households - balance.high, 0), np.maximum(balance.low - balance.households, 0)]
        )
        return found if result.fun < now - 0.5 else None

    def solve_for(self, excess: int) -> float:
        """Find a lower bound of the price of people for an excess."""
        result = self._run(self._price_of_people, excess)
        # Everyone at home: what the solver has not got beyond when it is broken off before its first bound.
        at_best = -sum(count * lot.count_away() for lot, count in self._balance.lots.items())
        return at_best if result.mip_dual_bound is None else max(at_best, float(result.mip_dual_bound))

    def search(self, excess: int, most: int) -> Ints | None:
        """Find how many of each go for an excess, for a price below `most`; None if that is not found."""
        result = self._run(self._price_of_people, excess, gap=_SEARCH_GAP, nodes=_SEARCH_NODES)
        if result.x is None or result.fun > most - 0.5:
            return None
        return np.asarray(np.rint(result.x[: len(self._giver)]), dtype=np.int64)

    def _run(self, price: Floats, excess: int | None, *, gap: float = 0.0, nodes: int = _NODE_LIMIT) -> OptimizeResult:
        constraints = list(self._constraints)
        if excess is not None:
            constraints.append(LinearConstraint(csr_array(self._excess[None, :]), -np.inf, excess))
        return milp(
            price,
            integrality=self._integral,
            bounds=self._bounds,
            constraints=constraints,
            options={"mip_rel_gap": gap, "node_limit": nodes},
        )

    def read_moves(self, found: Ints) -> list[Move]:
        """Add up what goes each way."""
        total: dict[Pair, int] = {}
        for at in np.flatnonzero(found).tolist():
            way = (int(self._giver[at]), int(self._taker[at]))
            total[way] = total.get(way, 0) + int(found[at] * self._amount[at])
        return [Move(giver, taker, households) for (giver, taker), households in sorted(total.items())]
