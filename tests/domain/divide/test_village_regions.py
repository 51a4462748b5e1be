"""Regions of a village: every grid stands beside the mean and the bound of its own region."""

from itertools import product

import numpy as np
import pytest
import shapely

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.village import Ground, PlanRequest, VillagePlan, edit_village, plan_village

VILLAGE = "370783001001"


def make_ground(north: list[int], south: list[int]) -> Ground:
    """A village of two rows of addresses with so many households each; a river runs between the rows."""
    lon = np.concatenate([np.linspace(118.8005, 118.8095, len(row)) for row in (north, south)])
    lat = np.repeat([36.906, 36.902], [len(north), len(south)])
    return Ground(
        code=VILLAGE,
        cell_codes=[VILLAGE],
        cells=np.array([shapely.box(118.80, 36.90, 118.81, 36.908)]),
        lon=lon,
        lat=lat,
        households=np.array([*north, *south]),
        hamlet=[""] * len(lon),
        today_codes=[],
        today=np.empty(0, dtype=object),
        barriers=np.array([shapely.LineString([(118.799, 36.904), (118.811, 36.904)])]),
        barrier_groups=["river:river"],
    )


def plan(ground: Ground, target: int = 100) -> VillagePlan:
    return plan_village(ground, PlanRequest(DivideOptions(target=target), barrier_groups=frozenset({"river:river"})))


def find_best(weights: list[int], grids: int) -> float:
    """Find the least possible largest deviation by trying all ways to share the addresses out."""
    mean = sum(weights) / grids
    return min(
        max(abs(sum(w for w, to in zip(weights, way, strict=True) if to == grid) - mean) for grid in range(grids))
        for way in product(range(grids), repeat=len(weights))
    )


def test_grids_stand_beside_the_mean_and_bound_of_their_region() -> None:
    # 250 in the north, a multiple of two; 301 in the south, which no three grids share evenly.
    found = plan(make_ground([5] * 50, [1] * 301))
    regions = found.regions
    is_north = np.array([shapely.centroid(shape).y > 36.904 for shape in found.shapes])
    assert (len(set(regions.of_grid[is_north])), len(set(regions.of_grid[~is_north]))) == (1, 1)
    assert regions.of_grid[is_north][0] != regions.of_grid[~is_north][0]
    assert regions.mean[is_north] == pytest.approx(250 / is_north.sum())
    assert regions.mean[~is_north] == pytest.approx(301 / 3)
    assert regions.forced[~is_north] == pytest.approx(2 / 3)
    assert regions.of_address.tolist() == regions.of_grid[found.label].tolist()


@pytest.mark.parametrize(("north", "south"), [([30, 40, 20, 70, 50], [90, 10, 60, 60]), ([99, 7, 7, 7], [50, 50, 61])])
def test_the_bound_is_never_above_the_best_division(north: list[int], south: list[int]) -> None:
    found = plan(make_ground(north, south))
    for region in set(found.regions.of_grid.tolist()):
        grids = np.flatnonzero(found.regions.of_grid == region)
        weights = found.ground.households[np.isin(found.label, grids)].tolist()
        deviation = np.abs(found.households - found.regions.mean)[grids].max()
        assert found.regions.forced[grids[0]] <= find_best(weights, len(grids)) + 1e-9
        assert find_best(weights, len(grids)) <= deviation + 1e-9


def test_after_an_edit_the_bound_is_that_of_the_new_number_of_grids() -> None:
    before = plan(make_ground([1] * 200, [1] * 301))
    south = sorted(set(before.label[200:].tolist()))
    assert len(south) == 3
    label = before.label.copy()
    # The two western grids of the south become one.
    by_west = sorted(south, key=lambda grid: before.ground.lon[before.label == grid].mean())
    label[label == by_west[0]] = by_west[1]
    after = edit_village(before, label.tolist())
    row = int(np.flatnonzero(label == by_west[1])[0])
    grid = int(after.label[row])
    assert after.regions.mean[grid] == pytest.approx(301 / 2)
    assert after.regions.forced[grid] == pytest.approx(0.5)
    # The north is as it was.
    north = int(after.label[0])
    assert (after.regions.mean[north], after.regions.forced[north]) == (100, 0)


def test_a_grid_where_nobody_lives_is_in_no_region() -> None:
    ground = make_ground([1] * 100, [1] * 100)
    lonely = shapely.MultiPolygon([ground.cells[0], shapely.box(118.82, 36.90, 118.821, 36.901)])
    found = plan(Ground(**{**vars(ground), "cells": np.array([lonely])}))
    empty = found.households == 0
    assert empty.sum() == 1
    assert found.regions.of_grid[empty].tolist() == [-1]
    assert (found.regions.mean[~empty] == 100).all()
