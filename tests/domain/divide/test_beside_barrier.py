"""Addresses millimetres from a barrier: they lie where they lie, not where the centimetre would put them."""

import numpy as np
import pytest
import shapely

from tests.domain.divide.county import divide, scatter

SQUARE = shapely.box(0, 0, 1000, 1000)
ROAD = 500.0


def _make_places(*beside: float) -> np.ndarray:
    left = scatter(shapely.box(0, 0, ROAD - 5, 1000), 150)
    right = scatter(shapely.box(ROAD + 5, 0, 1000, 1000), 150)
    return np.concatenate([left, right, [[x, 500.0] for x in beside]])


# Rounded to a centimetre these come to lie on the road, or beyond it.
@pytest.mark.parametrize("road", [ROAD, ROAD + 0.004, ROAD + 0.0052])
@pytest.mark.parametrize("away", [-0.0045, -0.002, 0.002, 0.0045])
def test_an_address_is_on_its_own_side(road: float, away: float) -> None:
    barrier = shapely.LineString([(road, -10), (road, 1010)])
    divided = divide([SQUARE], _make_places(road + away), barriers=[barrier])
    check = divided.check
    assert check.addresses_in_own_grid == check.addresses == 301
    own = divided.plan.shapes[divided.plan.grid_of_address[300]]
    other = divided.plan.grid_of_address[0 if away < 0 else 150]
    assert np.sign(own.centroid.x - divided.county.shapes[0].centroid.x) == np.sign(away)
    assert np.sign(divided.plan.shapes[other].centroid.x - divided.county.shapes[0].centroid.x) == np.sign(away)


def test_two_of_one_place_stay_together_though_the_barrier_runs_between_them() -> None:
    barrier = shapely.LineString([(ROAD, -10), (ROAD, 1010)])
    divided = divide([SQUARE], _make_places(ROAD - 0.003, ROAD + 0.003), barriers=[barrier])
    assert divided.plan.grid_of_address[300] == divided.plan.grid_of_address[301]
    assert divided.check.addresses_in_own_grid == 302
