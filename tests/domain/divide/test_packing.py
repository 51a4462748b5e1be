"""What whole hamlets force, against every way to deal them out."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.packing import find_least_miss, find_least_outside, is_good_size
from gridmap.domain.divide.piece import list_windows


def list_splits(total: int, count: int) -> list[tuple[int, ...]]:
    """List the ways to put households into grids."""
    if count == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in list_splits(total - first, count - 1)]


@settings(max_examples=60)
@given(
    hamlets=st.lists(st.integers(1, 14), max_size=4),
    free=st.integers(0, 12),
    count=st.integers(1, 3),
    target=st.integers(8, 12),
)
def test_the_least_outside_is_that_of_the_best_of_all_ways(
    hamlets: list[int], free: int, count: int, target: int
) -> None:
    best = count
    for homes in product(range(count), repeat=len(hamlets)):
        sums = [sum(h for h, home in zip(hamlets, homes, strict=True) if home == grid) for grid in range(count)]
        for extra in list_splits(free, count):
            sizes = [a + b for a, b in zip(sums, extra, strict=True)]
            best = min(best, sum(not is_good_size(size, target) for size in sizes))
    assert find_least_outside(hamlets, free, count, target) == best


@pytest.mark.parametrize(
    ("hamlets", "free", "count", "least"),
    [
        ([58, 96], 5, 2, 1),  # 63 and 96
        ([65, 122], 5, 2, 0),
        ([130], 12, 1, 1),
        ([130, 130], 0, 2, 0),
        ([20] * 9, 0, 2, 0),
        ([], 131, 1, 1),
        ([], 130, 1, 0),
    ],
)
def test_cases_that_were_met(hamlets: list[int], free: int, count: int, least: int) -> None:
    assert find_least_outside(hamlets, free, count, 100) == least


@given(hamlets=st.lists(st.integers(1, 60), max_size=5), free=st.integers(0, 40), count=st.integers(2, 4))
def test_no_choice_of_hamlets_comes_nearer_than_the_least_miss(hamlets: list[int], free: int, count: int) -> None:
    windows = list_windows(sum(hamlets) + free, count)
    reached = {
        sum(h for h, is_left in zip(hamlets, chosen, strict=True) if is_left) + some
        for chosen in product((False, True), repeat=len(hamlets))
        for some in range(free + 1)
    }
    best = min(max(w.low - left, left - w.high, 0) for left in reached for w in windows)
    assert find_least_miss(hamlets, free, windows) == best
