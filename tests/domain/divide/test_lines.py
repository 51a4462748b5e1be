"""Candidate lines against a slow search: rank by rank, direction by direction."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.chord import make_normals, make_normals_between
from gridmap.domain.divide.lines import MARGIN_M, list_lines
from gridmap.domain.divide.piece import list_windows


def find_widest(
    xy: np.ndarray, weight: np.ndarray, normal: np.ndarray, low: int, high: int, total: int
) -> float | None:
    """Find the widest gap, at most 20 m, that has from `low` to `high` households below it."""
    along = xy @ normal
    order = np.argsort(along)
    below, best = 0, None
    for here, there in pairwise(order):
        below += int(weight[here])
        gap = float(along[there] - along[here])
        if low <= below <= high and 0 < below < total and gap >= 2 * MARGIN_M:
            best = max(best or 0.0, min(gap, 20.0))
    return best


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    sites=st.integers(2, 60),
    count=st.integers(2, 5),
    heaviest=st.sampled_from([1, 2, 30]),
    share_empty=st.sampled_from([0.0, 0.1]),
)
def test_in_each_direction_the_widest_gap_of_each_window_is_found(
    seed: int, sites: int, count: int, heaviest: int, share_empty: float
) -> None:
    rng = np.random.default_rng(seed)
    xy = np.round(rng.uniform(0, 300, (sites, 2)), 2)
    weight = rng.integers(1, heaviest + 1, sites) * (rng.random(sites) >= share_empty)
    total = int(weight.sum())
    normals, windows = make_normals(8), list_windows(total, count)
    lines = list_lines(xy.T, weight, None, windows, normals)
    found = {(int(d), int(c)): i for i, (d, c) in enumerate(zip(lines.direction, lines.count, strict=True))}
    for direction in range(8):
        for window in windows:
            widest = find_widest(xy, weight, normals[:, direction], window.low, window.high, total)
            number = found.get((direction, window.left_count))
            assert (number is None) == (widest is None)
            if number is None or widest is None:
                continue
            assert min(lines.gap[number], 20.0) == pytest.approx(widest, abs=1e-5)
            is_below = xy @ normals[:, direction] < lines.offset[number]
            assert int(weight[is_below].sum()) == lines.weight[number]
            assert window.low <= lines.weight[number] <= window.high


def test_normals_between_places_meet_every_order() -> None:
    rng = np.random.default_rng(2)
    xy = rng.uniform(0, 100, (9, 2))

    def list_halves(normals: np.ndarray) -> set[frozenset[int]]:
        order = np.argsort(xy @ normals, axis=0)
        return {frozenset(some) for column in order.T for some in (column[:4].tolist(), column[5:].tolist())}

    every = list_halves(make_normals_between(xy))
    fine = np.linspace(0, math.pi, 20_000, endpoint=False)
    assert list_halves(np.stack([np.cos(fine), np.sin(fine)])) <= every


@pytest.mark.parametrize("xy", [np.zeros((1, 2)), np.zeros((3, 2))], ids=["one", "one place"])
def test_normals_between_less_than_two_places(xy: np.ndarray) -> None:
    assert np.isfinite(make_normals_between(xy)).all()
