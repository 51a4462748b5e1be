"""What lines can have on one side, against every direction in turn."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.chord import make_normals_between
from gridmap.domain.divide.halves import find_nearest_halves, list_half_sums
from gridmap.domain.divide.piece import Window


def list_slowly(xy: np.ndarray, weight: np.ndarray) -> set[int]:
    """Add up along each normal what comes first, wherever the next place is farther on."""
    found = {0, int(weight.sum())}
    for normal in make_normals_between(xy).T:
        along = np.round(xy @ normal, 6)
        found |= {int(weight[along <= place].sum()) for place in along}
    return found


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), sites=st.integers(1, 14), side=st.sampled_from([3, 8, 10_000]))
def test_every_sum_and_no_other_is_found(seed: int, sites: int, side: int) -> None:
    """Also of places in rows: on a small lattice most lines run through several."""
    rng = np.random.default_rng(seed)
    xy = np.unique(rng.integers(0, side, (sites, 2)), axis=0) + np.array([500_000.0, 4_000_000.0])
    weight = 2 ** np.arange(len(xy))  # Each set of places has its own sum.
    sums = {int(some) for some in list_half_sums(xy, weight)}
    mirrored = sums | {int(weight.sum()) - some for some in sums}
    slow = list_slowly(xy, weight)
    assert slow | {int(weight.sum()) - some for some in slow} == mirrored


def test_the_nearest_sums_below_and_above_a_window() -> None:
    xy, weight = np.array([(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)]), np.array([30, 50, 40])
    assert find_nearest_halves(xy, weight, Window(1, 1, 60, 60)) == (40.0, 80.0)
    assert find_nearest_halves(xy, weight, Window(1, 1, 75, 85)) == (80.0, 80.0)
    assert find_nearest_halves(xy, weight, Window(1, 1, 120, 130)) == (120.0, 120.0)
    assert find_nearest_halves(xy, weight, Window(1, 1, 130, 140)) == (120.0, np.inf)
