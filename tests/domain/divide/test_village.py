"""A village with large grids: plans, edits by hand, codes; every plan is checked as exact when it is made."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.relabel import LabelError
from gridmap.domain.divide.village import (
    Ground,
    PlanRequest,
    Start,
    VillagePlan,
    count_moved,
    edit_village,
    find_today_labels,
    plan_village,
)
from gridmap.errors import InputError

VILLAGE = "370783001001"
WEST, SOUTH = 118.80, 36.90


def make_ground(seed: int = 1, count: int = 320, *, cells: int = 1) -> Ground:
    """A village 900 m wide with a bay in the south, in `cells` large grids from west to east; three hamlets."""
    rng = np.random.default_rng(seed)
    whole = shapely.Polygon(
        [(0, 0), (0.004, 0), (0.0045, 0.003), (0.0055, 0.003), (0.006, 0), (0.01, 0), (0.01, 0.008), (0, 0.008)]
    )
    places = rng.uniform((0, 0), (0.01, 0.008), (4 * count, 2))
    places = places[shapely.contains_xy(whole, places)][:count]
    edges = np.linspace(0, 0.01, cells + 1)
    parts = [shapely.intersection(whole, shapely.box(a, -1, b, 1)) for a, b in pairwise(edges.tolist())]
    move = shapely.transform
    shapes = np.array([move(part, lambda c: np.add(c, (WEST, SOUTH))) for part in parts], dtype=object)
    # What neighbours share must be the same bytes.
    shapes = np.array([move(shape, lambda c: np.round(c, 9)) for shape in shapes], dtype=object)
    return Ground(
        code=VILLAGE,
        cell_codes=[f"{VILLAGE}D{i + 1:02d}" for i in range(cells)],
        cells=shapes,
        lon=places[:, 0] + WEST,
        lat=places[:, 1] + SOUTH,
        households=rng.integers(1, 3, len(places)),
        hamlet=[("a", "b", "c")[int(x * 300) % 3] for x in places[:, 0]],
        today_codes=[],
        today=np.empty(0, dtype=object),
        barriers=np.array([shapely.LineString([(WEST - 0.001, SOUTH + 0.005), (WEST + 0.011, SOUTH + 0.005)])]),
        barrier_groups=["river:canal"],
    )


def with_today(ground: Ground) -> Ground:
    """The same village with a plan as today's grids."""
    plan = plan_village(ground, PlanRequest(are_hamlets_kept=False))
    return replace(ground, today_codes=plan.codes, today=plan.shapes)


def _edit(plan: VillagePlan, label: np.ndarray, codes: set[str]) -> VillagePlan | None:
    """Draw an edit; None if it was refused: for one of the grids that it changes, with the addresses in the way."""
    refused: LabelError | None = None
    edited = None
    try:
        edited = edit_village(plan, label.tolist())
    except LabelError as error:
        refused = error
    assert refused is None or (refused.code in codes and len(refused.rows))
    return edited


def list_neighbours(shapes: np.ndarray, grid: int) -> list[int]:
    return [
        other
        for other in range(len(shapes))
        if other != grid and shapely.length(shapely.intersection(shapes[grid], shapes[other])) > 0
    ]


def test_codes_of_a_fresh_plan_run_through_the_village() -> None:
    plan = plan_village(make_ground(cells=2), PlanRequest(are_hamlets_kept=False))
    assert plan.codes == [f"{VILLAGE}{n:03d}" for n in range(1, len(plan.codes) + 1)]
    assert set(plan.cell.tolist()) == {0, 1}
    for shape, cell in zip(plan.shapes, plan.cell, strict=True):
        outside = shapely.area(shapely.difference(shape, plan.ground.cells[cell]))
        assert outside < 1e-9 * shapely.area(shape)


def test_a_river_is_crossed_only_when_it_is_not_ticked() -> None:
    ground = make_ground()
    river = ground.barriers[0]
    with_river = plan_village(ground, PlanRequest(barrier_groups=frozenset({"river:canal"}), are_hamlets_kept=False))
    assert not any(shapely.crosses(river, shapely.buffer(shape, -1e-6)) for shape in with_river.shapes)
    without = plan_village(ground, PlanRequest(are_hamlets_kept=False))
    assert any(shapely.crosses(river, shapely.buffer(shape, -1e-6)) for shape in without.shapes)


def test_today_as_it_is_moves_nobody() -> None:
    ground = with_today(make_ground(cells=2))
    plan = plan_village(ground, PlanRequest(start=Start.AS_IS))
    assert plan.codes == ground.today_codes
    assert count_moved(plan, find_today_labels(ground)) == 0
    for shape, before in zip(plan.shapes, ground.today, strict=True):
        assert shapely.area(shapely.symmetric_difference(shape, before)) < 1e-6 * shapely.area(before)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), take=st.integers(1, 25), start=st.sampled_from(list(Start)))
def test_an_edit_is_drawn_as_it_was_asked_or_refused_and_leaves_the_rest(seed: int, take: int, start: Start) -> None:
    ground = with_today(make_ground(seed, 250))
    plan = plan_village(ground, PlanRequest(start=start, are_hamlets_kept=False))
    grid = seed % len(plan.codes)
    near = list_neighbours(plan.shapes, grid)
    other = near[seed % len(near)]
    away = shapely.distance(plan.shapes[other], shapely.points(ground.lon, ground.lat))
    rows = [row for row in np.argsort(away, kind="stable").tolist() if plan.label[row] == grid][:take]
    label = plan.label.copy()
    label[rows] = other
    edited = _edit(plan, label, {plan.codes[grid], plan.codes[other]})
    if edited is None:
        return
    at = {code: i for i, code in enumerate(edited.codes)}
    wanted = [at[plan.codes[i]] for i in label]
    assert edited.label.tolist() == wanted
    np.testing.assert_array_equal(edited.households, np.bincount(wanted, ground.households, len(edited.codes)))
    assert shapely.coverage_is_valid(edited.shapes)
    # Grids that do not touch the two that changed are the same to the byte.
    for i, code in enumerate(plan.codes):
        if i not in (grid, other) and not {grid, other} & set(list_neighbours(plan.shapes, i)):
            assert shapely.to_wkb(plan.shapes[i]) == shapely.to_wkb(edited.shapes[at[code]])
    # Back again: nobody is anywhere else than before.
    back = edit_village(plan, plan.label.tolist())
    assert back.label.tolist() == plan.label.tolist()
    assert [shapely.to_wkb(shape) for shape in back.shapes] == [shapely.to_wkb(shape) for shape in plan.shapes]


def test_a_grid_that_would_fall_apart_is_refused_in_words() -> None:
    ground = make_ground(3)
    plan = plan_village(ground, PlanRequest(are_hamlets_kept=False))
    far = max(
        ((a, b) for a in range(len(plan.codes)) for b in range(len(plan.codes))),
        key=lambda pair: shapely.distance(plan.shapes[pair[0]], plan.shapes[pair[1]]),
    )
    label = plan.label.copy()
    row = int(np.flatnonzero(label == far[0])[0])
    label[row] = far[1]
    with pytest.raises(LabelError, match=r"would fall apart: [12] of its") as caught:
        edit_village(plan, label.tolist())
    assert caught.value.code == plan.codes[far[1]]
    assert caught.value.rows.tolist() == [row]


def test_a_new_grid_gets_the_next_free_code_and_an_empty_one_vanishes() -> None:
    plan = plan_village(make_ground(5), PlanRequest(are_hamlets_kept=False))
    label = plan.label.copy()
    label[label == 0] = len(plan.codes)
    edited = edit_village(plan, label.tolist())
    assert plan.codes[0] not in edited.codes
    assert f"{VILLAGE}{len(plan.codes) + 1:03d}" in edited.codes
    assert len(edited.codes) == len(plan.codes)


def test_small_grids_do_not_cross_large_ones() -> None:
    plan = plan_village(make_ground(cells=2), PlanRequest(are_hamlets_kept=False))
    label = plan.label.copy()
    label[int(np.flatnonzero(plan.cell[label] == 0)[0])] = int(np.flatnonzero(plan.cell == 1)[0])
    with pytest.raises(InputError, match="of another large grid"):
        edit_village(plan, label.tolist())


def test_households_at_one_place_stay_together() -> None:
    ground = make_ground(7)
    lon, lat = ground.lon.copy(), ground.lat.copy()
    lon[1], lat[1] = lon[0], lat[0]
    plan = plan_village(replace(ground, lon=lon, lat=lat), PlanRequest(are_hamlets_kept=False))
    label = plan.label.copy()
    label[1] = (label[1] + 1) % len(plan.codes)
    with pytest.raises(LabelError, match="share their place"):
        edit_village(plan, label.tolist())


def test_locked_grids_of_today_stay_as_they_are() -> None:
    ground = with_today(make_ground(9, 330))
    households = ground.households.copy()
    households[:60] += 1
    ground = replace(ground, households=households)
    locked = ground.today_codes[0]
    plan = plan_village(ground, PlanRequest(start=Start.TODAY, locked=frozenset({locked}), are_hamlets_kept=False))
    shape = plan.shapes[plan.codes.index(locked)]
    assert shapely.area(shapely.symmetric_difference(shape, ground.today[0])) < 1e-6 * shapely.area(shape)
    with pytest.raises(InputError, match="none of today's"):
        plan_village(ground, PlanRequest(start=Start.TODAY, locked=frozenset({f"{VILLAGE}999"})))


def test_a_start_from_today_needs_codes_of_the_village() -> None:
    ground = make_ground()
    for codes in ([], ["x"] * 2):
        today = np.array([ground.cells[0]] * len(codes), dtype=object)
        with pytest.raises(InputError, match="start afresh"):
            plan_village(replace(ground, today_codes=codes, today=today), PlanRequest(start=Start.TODAY))
