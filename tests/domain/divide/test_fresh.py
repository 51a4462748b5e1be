"""New plans of areas of any shape with everything at once: what must hold whatever the input."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.options import DivideOptions
from tests.domain.divide.county import Divided, divide, scatter

SQUARE = shapely.box(0, 0, 1000, 1000)


def make_area(rng: np.random.Generator) -> shapely.Geometry:
    """Make an area of boxes: with bays, holes, and parts that do not touch."""
    corners = rng.integers(0, 9, (6, 2)) * 100.0
    sizes = rng.integers(1, 6, (6, 2)) * 100.0
    boxes = [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    whole = shapely.union_all(boxes[:5])
    less = shapely.difference(whole, shapely.buffer(boxes[5].centroid, 90.0, quad_segs=3))
    return less if less.area > 50_000 else whole


def make_net(rng: np.random.Generator, roads: int) -> list[shapely.Geometry]:
    """Make bent roads: through, along the edge of the boxes, into a field, and two that cross twice."""
    lines = []
    for number in range(roads):
        ends = rng.uniform(-50, 1450, (2, 2)) if number % 3 else rng.integers(0, 14, (2, 2)) * 100.0
        middle = ends.mean(axis=0) + rng.normal(0, 60, 2)
        if (ends[0] != ends[1]).any():
            lines.append(shapely.LineString([ends[0], middle, ends[1]]))
    return lines


def check_plan(divided: Divided, weight: np.ndarray) -> None:
    check = divided.check
    assert check.coverage_valid
    assert check.single_part == check.grids
    assert check.addresses_in_own_grid == check.addresses
    # Against the outline itself: the grids together are the area, and none has two parts.
    together = shapely.union_all(divided.plan.shapes)
    outline = divided.county.shapes[0]
    assert shapely.symmetric_difference(together, outline).area <= 1e-6 * outline.area
    assert all(isinstance(shape, shapely.Polygon) and shape.is_valid for shape in divided.plan.shapes)
    assert abs(shapely.area(divided.plan.shapes).sum() - outline.area) <= 1e-9 * outline.area
    placed = np.bincount(divided.plan.grid_of_address[divided.plan.grid_of_address >= 0], minlength=check.grids)
    assert placed.sum() == check.addresses
    assert int(divided.plan.households.sum()) == int(weight.sum())
    assert divided.plans[0].figures.barrier_crossings == 0


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(0, 400),
    roads=st.sampled_from([0, 1, 4, 25]),
    hamlets=st.sampled_from([0, 3, 12]),
    heaviest=st.sampled_from([1, 1, 40]),
)
def test_any_area_is_tiled_exactly_by_connected_grids_in_any_order_of_rows(
    seed: int, count: int, roads: int, hamlets: int, heaviest: int
) -> None:
    rng = np.random.default_rng(seed)
    area = make_area(rng)
    xy = scatter(area, count, seed) if count else np.empty((0, 2))
    seats = rng.uniform(0, 1400, (max(1, hamlets), 2))
    home = np.hypot(*(xy[:, None] - seats[None]).transpose(2, 0, 1)).argmin(axis=1)
    names = [f"h{number}" for number in home] if hamlets else None
    weight = rng.integers(1, heaviest + 1, count)
    barriers = make_net(rng, roads) or None
    one = divide([area], xy, households=weight, hamlet=names, barriers=barriers)
    check_plan(one, weight)
    order = rng.permutation(count)
    two = divide(
        [shapely.reverse(area)], xy[order], households=weight[order],
        hamlet=[names[i] for i in order] if names else None, barriers=barriers[::-1] if barriers else None,
    )  # fmt: skip
    assert one.plan.codes == two.plan.codes
    assert [shape.wkb for shape in one.plan.shapes] == [shape.wkb for shape in two.plan.shapes]
    assert (one.plan.grid_of_address[order] == two.plan.grid_of_address).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_community_of_heavy_buildings_is_divided_to_a_household(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = np.where(rng.random(150) < 0.5, rng.integers(1, 6, 150), rng.integers(12, 61, 150))
    area = shapely.Polygon([(0, 0), (640, 30), (700, 500), (350, 720), (-40, 600)])
    divided = divide([area], scatter(area, 150, seed), households=weight, options=DivideOptions(target=300))
    check_plan(divided, weight)
    figures = divided.plans[0].figures
    assert len(divided.plan.codes) >= 7
    assert figures.deviation <= max(1.0, figures.deviation_forced)


def test_towers_of_400_in_a_community_are_off_by_no_more_than_they_force() -> None:
    xy = np.concatenate([scatter(SQUARE, 300), [[200.0, 210.0], [800.0, 790.0], [500.0, 480.0]]])
    weight = np.array([3] * 300 + [400] * 3)
    divided = divide([SQUARE], xy, households=weight, options=DivideOptions(target=300))
    check_plan(divided, weight)
    figures = divided.plans[0].figures
    assert len(divided.plan.codes) == 7
    assert figures.deviation_forced == pytest.approx(400 - 300)
    assert figures.deviation == pytest.approx(figures.deviation_forced)


def test_a_corridor_is_led_round_a_hamlet_where_else_the_sizes_would_be_bad() -> None:
    rng = np.random.default_rng(3)
    sizes = {"west": 60, "middle": 100, "east": 60}
    seats = {"west": (120, 300), "middle": (500, 250), "east": (880, 300)}
    xy = np.concatenate([np.array(seats[name]) + rng.uniform(-50, 50, (n, 2)) for name, n in sizes.items()])
    hamlet = [name for name, n in sizes.items() for _ in range(n)]
    divided = divide([shapely.box(0, 0, 1000, 700)], xy, hamlet=hamlet)
    check_plan(divided, np.ones(220, dtype=np.int64))
    assert divided.sizes == [100, 120]
    assert divided.plans[0].figures.hamlets_split_chosen == []
    assert divided.plans[0].figures.outside_least == 0


def test_what_hamlets_force_is_said() -> None:
    rng = np.random.default_rng(3)
    xy = np.concatenate(
        [np.array(seat) + rng.uniform(-50, 50, (n, 2)) for seat, n in (((200, 300), 58), ((700, 300), 96))]
    )
    divided = divide([shapely.box(0, 0, 1000, 700)], xy, hamlet=["a"] * 58 + ["b"] * 96)
    assert divided.sizes == [58, 96]
    assert divided.plans[0].figures.outside_least == 1


def test_a_town_of_many_small_blocks_between_bent_streets() -> None:
    rng = np.random.default_rng(12)
    streets = []
    for at in np.arange(60, 1000, 85.0):
        bend = np.cumsum(rng.normal(0, 6, 9))
        along = np.linspace(-20, 1020, 9)
        streets += [shapely.LineString(np.stack([along, at + bend], axis=1))]
        streets += [shapely.LineString(np.stack([at - bend, along], axis=1))]
    streets += [shapely.LineString([rng.uniform(0, 1000, 2), rng.uniform(0, 1000, 2)]) for _ in range(6)]
    xy = scatter(SQUARE, 3000)
    divided = divide([SQUARE], xy, barriers=streets, options=DivideOptions(target=300))
    check_plan(divided, np.ones(3000, dtype=np.int64))
    assert divided.plans[0].figures.blocks > 120
    assert min(divided.sizes) >= 50


@pytest.mark.parametrize("away", [1e-6, 3e-6, 1e-5, 1e-4, 1e-3, 0.01])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_barrier_that_runs_beside_the_outline_and_on_into_the_area_leaves_no_needle(away: float, side: int) -> None:
    # A field road on the border of a village that bends away from it: the skew edge and the road are one line there.
    area = shapely.Polygon([(0, 0), (600, -40), (660, 310), (760, 270), (1000, 1000), (60, 940)])
    way = np.array([240.0, 730.0]) / np.hypot(240, 730)
    off = side * away * np.array([-way[1], way[0]])
    road = [np.array([760.0, 270.0]) + share * way + off for share in (-250.0, -60.0, 90.0, 300.0, 520.0)]
    ends = [shapely.LineString([*road[:4], (300, 980)]), shapely.LineString(road), shapely.LineString(road[1:3])]
    xy = scatter(area, 420)
    for line in ends:
        divided = divide([area], xy, barriers=[line])
        check_plan(divided, np.ones(len(xy), dtype=np.int64))
