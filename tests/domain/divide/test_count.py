"""The number of grids and the bounds that are forced."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.divide.count import find_count_for, find_forced_deviation, find_grid_count, find_kept_count


@pytest.mark.parametrize(
    ("households", "count"),
    [(0, 1), (1, 1), (99, 1), (133, 1), (134, 2), (150, 2), (240, 2), (241, 3), (342, 3), (343, 4), (1000, 10)],
)
def test_the_count_changes_where_both_numbers_are_equally_far_off(households: int, count: int) -> None:
    assert find_grid_count(households, 100) == count


@given(st.integers(1, 5000), st.integers(1, 400))
def test_no_other_count_is_nearer_to_the_target(households: int, target: int) -> None:
    def off(count: int) -> float:
        return abs(households / count / target - 1)

    best = min(off(count) for count in range(1, households // target + 3))
    assert off(find_grid_count(households, target)) == pytest.approx(best, abs=1e-12)


def test_a_tower_is_a_grid_of_its_own_and_the_rest_is_counted_without_it() -> None:
    count, cap = find_count_for(np.array([400] + [1] * 300), 100)
    assert (count, cap) == (4, 100)


def test_an_address_that_is_heavier_than_the_mean_of_the_others_counts_as_a_grid() -> None:
    # 7 grids of 300: the others have 900 for 4 grids.
    assert find_count_for(np.array([400] * 3 + [3] * 300), 300) == (7, 225)
    # 120 is over the mean of 110; 105 is not over that of the others.
    assert find_count_for(np.array([120, 105] + [1] * 105), 100) == (3, 105)
    assert find_count_for(np.array([50, 50, 50, 50]), 100) == (2, 50)


def test_there_are_never_more_grids_than_addresses() -> None:
    assert find_count_for(np.array([500]), 100)[0] == 1
    assert find_count_for(np.array([140, 140, 0]), 100)[0] == 2


def test_a_count_is_kept_while_the_mean_is_good() -> None:
    assert find_kept_count(250, 100, 3) == 3  # 83
    assert find_kept_count(389, 100, 3) == 3  # 130
    assert find_kept_count(391, 100, 3) == 4
    assert find_kept_count(220, 100, 3) == 2  # 73
    assert find_kept_count(40, 100, 1) == 1


def test_the_forced_deviation_is_that_of_whole_households_and_of_the_heaviest() -> None:
    assert find_forced_deviation(np.ones(300, dtype=np.int64), 3) == 0
    assert find_forced_deviation(np.ones(301, dtype=np.int64), 3) == pytest.approx(2 / 3)
    assert find_forced_deviation(np.array([250] + [1] * 50), 3) == pytest.approx(150)
    assert find_forced_deviation(np.array([250]), 1) == 0
