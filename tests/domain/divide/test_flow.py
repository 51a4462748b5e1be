"""The fewest people to move, against all assignments there are."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.band import Pair, find_excess
from gridmap.domain.divide.flow import Balance, Lot, Move, Offer, find_least, list_moves, list_moves_for

WAYS: dict[str, list[Pair]] = {
    "row": [(0, 1), (1, 0), (1, 2), (2, 1)],
    "ring": [(a, b) for a, b in product(range(3), repeat=2) if a != b],
}


def make_balance(lots: list[tuple[int, int]], low: int, high: int, ways: list[Pair], homes: list[int]) -> Balance:
    """Make three grids of lots; each lot is a grid and its households, and its home may be another grid."""
    counts: dict[Lot, int] = {}
    for (grid, households), home in zip(lots, homes, strict=True):
        lot = Lot(grid, households, ((home, households),) if home >= 0 else ())
        counts[lot] = counts.get(lot, 0) + 1
    households = np.array([sum(n for grid, n in lots if grid == i) for i in range(3)], dtype=np.int64)
    return Balance(households, np.full(3, low), np.full(3, high), counts, ways)


def list_assignments(lots: list[tuple[int, int]], balance: Balance) -> list[tuple[list[int], int]]:
    """List every way to leave lots or hand them on, with the households outside of the bounds."""
    found = []
    for to in product(range(3), repeat=len(lots)):
        if any(a != b and (a, b) not in balance.ways for (a, _), b in zip(lots, to, strict=True)):
            continue
        sizes = np.bincount(to, [n for _, n in lots], 3).astype(np.int64)
        if (sizes >= np.minimum(balance.households, 1)).all():
            found.append((list(to), find_excess(sizes, balance.low, balance.high)))
    return found


LOTS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=3, max_size=6)


@settings(max_examples=15)
@given(
    lots=LOTS,
    low=st.integers(0, 9),
    room=st.integers(0, 8),
    ways=st.sampled_from(sorted(WAYS)),
    homes=st.lists(st.integers(-1, 2), min_size=7, max_size=7),
)
def test_the_bound_is_what_the_best_of_all_assignments_moves(
    lots: list[tuple[int, int]], low: int, room: int, ways: str, homes: list[int]
) -> None:
    homes = homes[: len(lots)]
    balance = make_balance(lots, low, low + room, WAYS[ways], homes)

    def count_away(to: list[int]) -> int:
        return sum(n for (_, n), home, grid in zip(lots, homes, to, strict=True) if home >= 0 and home != grid)

    now = count_away([grid for grid, _ in lots])
    every = list_assignments(lots, balance)
    possible = sorted({off for _, off in every})
    for excess in {possible[0], possible[len(possible) // 2], possible[-1]}:
        best = min(count_away(to) for to, off in every if off <= excess)
        assert now + find_least(balance, excess) == best
        # What is taken as divisible is never dearer: a weaker bound, but a bound.
        loose = {Lot(lot.grid, 1, tuple((i, 1) for i, _ in lot.homes)): 0 for lot in balance.lots}
        for lot, count in balance.lots.items():
            loose[Lot(lot.grid, 1, tuple((i, 1) for i, _ in lot.homes))] += lot.households * count
        weaker = Balance(balance.households, balance.low, balance.high, loose, balance.ways)
        assert now + find_least(weaker, excess) <= best


@settings(max_examples=25)
@given(lots=LOTS, low=st.integers(0, 9), room=st.integers(0, 8), worth=st.integers(1, 12))
def test_moves_are_the_best_there_are_and_none_where_nothing_pays(
    lots: list[tuple[int, int]], low: int, room: int, worth: int
) -> None:
    at_home = [grid for grid, _ in lots]
    balance = make_balance(lots, low, low + room, WAYS["row"], at_home)
    moves = list_moves(balance, worth)
    sizes = balance.households.copy()
    for move in moves:
        sizes[move.giver] -= move.households
        sizes[move.taker] += move.households
    price = sum(move.households for move in moves) + worth * find_excess(sizes, balance.low, balance.high)
    best = min(
        worth * off + sum(n for (grid, n), now in zip(lots, to, strict=True) if grid != now)
        for to, off in list_assignments(lots, balance)
    )
    assert price == best
    stay = worth * find_excess(balance.households, balance.low, balance.high)
    assert bool(moves) == (best < stay)


def test_a_hamlet_is_not_handed_over_for_a_household_too_many_but_single_farms_are() -> None:
    hamlet, farm = (0, 60), (0, 1)
    only_hamlets = make_balance([hamlet, hamlet, (0, 12), (1, 80)], 70, 130, [(0, 1), (1, 0)], [0, 0, 0, 1])
    assert list_moves(only_hamlets, 1) == []
    with_farms = make_balance([hamlet, hamlet, *[farm] * 12, (1, 80)], 70, 130, [(0, 1), (1, 0)], [0] * 14 + [1])
    assert list_moves(with_farms, 20) == [Move(0, 1, 2)]


def test_a_chain_hands_on_what_it_gets_over_a_grid_that_is_right() -> None:
    lots = [(0, 1)] * 12 + [(1, 1)] * 8 + [(2, 1)] * 4
    balance = make_balance(lots, 8, 8, WAYS["row"], [grid for grid, _ in lots])
    assert list_moves(balance, 100) == [Move(0, 1, 4), Move(1, 2, 4)]
    assert find_least(balance, 0) == 8


@settings(max_examples=25, deadline=None)
@given(
    amounts=st.lists(st.lists(st.integers(1, 9), max_size=4, unique=True), min_size=4, max_size=4),
    sizes=st.lists(st.integers(10, 30), min_size=3, max_size=3),
    excess=st.integers(0, 8),
    most=st.integers(1, 30),
)
def test_moves_for_a_balance_keep_to_it_and_are_found_where_there_are_any(
    amounts: list[list[int]], sizes: list[int], excess: int, most: int
) -> None:
    households = np.array(sizes, dtype=np.int64)
    bounds = np.full(3, sum(sizes) // 3), np.full(3, -(-sum(sizes) // 3))
    offers = {way: [Offer(n, n) for n in some] for way, some in zip(WAYS["row"], amounts, strict=True)}
    moves = list_moves_for(Balance(households, *bounds, {}, WAYS["row"], offers), excess, most)

    def find_end(chosen: list[Move]) -> int:
        end = households.copy()
        for move in chosen:
            end[move.giver] -= move.households
            end[move.taker] += move.households
        return find_excess(end, *bounds)

    for move in moves:
        assert move.households in [offer.households for offer in offers[move.giver, move.taker]]
    if moves:
        assert find_end(moves) <= excess
        assert sum(move.households for move in moves) < most
    every = [
        [Move(*way, n) for way, n in zip(WAYS["row"], some, strict=True) if n]
        for some in product(*([0, *some] for some in amounts))
    ]
    least = min((sum(m.households for m in some) for some in every if find_end(some) <= excess), default=most)
    # The search stops a third above the least that there is.
    if least > 0 and 1.5 * least < most:
        assert moves


def test_of_a_way_with_offers_only_one_of_them_goes() -> None:
    lots = [(0, 1)] * 12 + [(1, 1)] * 4
    balance = make_balance(lots, 6, 10, [(0, 1), (1, 0)], [grid for grid, _ in lots])
    assert list_moves(balance, 100) == [Move(0, 1, 2)]
    some = Balance(
        balance.households, balance.low, balance.high, balance.lots, balance.ways, {(0, 1): [Offer(3, 3), Offer(5, 5)]}
    )
    assert list_moves(some, 100) == [Move(0, 1, 3)]
