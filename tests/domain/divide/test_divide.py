"""Whole divisions: what must always hold, and the awkward areas that were met."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.previous import Previous
from gridmap.errors import InputError
from tests.domain.divide.county import Divided, divide, scatter, to_degrees

SQUARE = shapely.box(0, 0, 1000, 1000)
U_SHAPE = shapely.Polygon([(0, 0), (900, 0), (900, 1000), (700, 1000), (700, 200), (200, 200), (200, 1000), (0, 1000)])
WITH_HOLE = shapely.box(0, 0, 1000, 1000).difference(shapely.box(300, 300, 700, 700))
COMB = shapely.union_all(
    [shapely.box(0, 0, 1100, 60), *[shapely.box(200 * i, 50, 200 * i + 80, 900) for i in range(6)]]
)


def assert_exact(divided: Divided) -> None:
    check = divided.check
    assert check.coverage_valid
    assert check.single_part == check.grids == len(divided.plan.codes)
    assert check.area_error_share < 1e-6
    assert check.addresses_in_own_grid == check.addresses
    # Independent of the check: the grids of an area together are the area.
    for number, outline in enumerate(divided.county.shapes):
        together = shapely.union_all(divided.plan.shapes[divided.plan.area == number])
        assert shapely.symmetric_difference(together, outline).area <= 1e-6 * outline.area


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    corners=st.integers(4, 14),
    count=st.integers(1, 500),
    clusters=st.integers(1, 4),
    heavy=st.booleans(),
)
def test_any_star_shaped_area_is_tiled_exactly_and_evenly(
    seed: int, corners: int, count: int, clusters: int, heavy: bool
) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners)) + np.linspace(0, 1e-3, corners)
    gaps = np.diff(np.append(angle, angle[0] + 2 * np.pi))
    if gaps.max() > 3.0:
        angle = np.arange(corners) * 2 * np.pi / corners
    reach = rng.uniform(150, 900, corners)
    area = shapely.Polygon(np.stack([1000 + reach * np.cos(angle), 1000 + reach * np.sin(angle)], axis=1))
    seats = scatter(area, clusters, seed)
    xy = seats[rng.integers(0, clusters, count)] + rng.normal(0, 90, (count, 2))
    xy = np.where(shapely.contains_xy(area, xy[:, 0], xy[:, 1])[:, None], xy, seats[0] + rng.normal(0, 0.3, (count, 2)))
    xy = xy[shapely.contains_xy(area, xy[:, 0], xy[:, 1])]
    if not len(xy):
        return
    weight = rng.integers(1, 40, len(xy)) if heavy else np.ones(len(xy), dtype=np.int64)
    divided = divide([area], xy, households=weight)
    assert_exact(divided)
    figures = divided.plans[0].figures
    assert int(divided.plan.households.sum()) == int(weight.sum())
    assert figures.deviation >= figures.deviation_forced - 1e-9 or len(divided.plan.codes) == 1


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), count=st.integers(120, 700))
def test_unit_households_apart_are_balanced_to_one(seed: int, count: int) -> None:
    divided = divide([SQUARE], scatter(SQUARE, count, seed))
    assert_exact(divided)
    sizes = divided.plan.households
    assert sizes.max() - sizes.min() <= 1


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    areas = [shapely.box(0, 0, 700, 800), shapely.box(700, 0, 1500, 800)]
    xy = np.concatenate([scatter(area, 260, seed) for area in areas])
    weight = rng.integers(1, 5, len(xy))
    hamlet = [f"h{int(x // 180)}" for x in xy[:, 0]]
    barrier = [shapely.LineString([(100, -10), (420, 300), (380, 810)])]
    order = rng.permutation(len(xy))
    one = divide(areas, xy, households=weight, hamlet=hamlet, barriers=barrier)
    two = divide(
        areas, xy[order], households=weight[order], hamlet=[hamlet[i] for i in order],
        barriers=[shapely.reverse(line) for line in barrier],
    )  # fmt: skip
    assert one.plan.codes == two.plan.codes
    assert [shape.wkb for shape in one.plan.shapes] == [shape.wkb for shape in two.plan.shapes]
    assert (one.plan.grid_of_address[order] == two.plan.grid_of_address).all()


@pytest.mark.parametrize("area", [U_SHAPE, WITH_HOLE, COMB], ids=["u", "hole", "comb"])
def test_areas_that_most_lines_leave_and_enter_again(area: shapely.Polygon) -> None:
    divided = divide([area], scatter(area, 400))
    assert_exact(divided)
    assert divided.sizes == [100, 100, 100, 100]


def test_parts_that_do_not_touch_are_never_one_grid() -> None:
    area = shapely.MultiPolygon(
        [shapely.box(0, 0, 500, 500), shapely.box(600, 0, 900, 300), shapely.box(0, 600, 50, 650)]
    )
    xy = np.concatenate([scatter(area.geoms[0], 210), scatter(area.geoms[1], 90)])
    divided = divide([area], xy)
    assert_exact(divided)
    assert divided.sizes == [0, 90, 105, 105]


@pytest.mark.parametrize(
    ("xy", "sizes"),
    [
        (np.empty((0, 2)), [0]),
        (np.array([[500.0, 500.0]]), [1]),
        (np.full((300, 2), 500.0), [300]),
        (np.stack([np.linspace(100, 900, 400), np.full(400, 500.0)], axis=1), [100] * 4),
        (np.stack([np.linspace(100, 900, 400), np.linspace(900, 100, 400)], axis=1), [100] * 4),
        (
            np.stack(np.meshgrid(np.arange(20) * 15.0 + 300, np.arange(20) * 15.0 + 300), axis=-1).reshape(-1, 2),
            [100] * 4,
        ),
    ],
    ids=["none", "one", "one place", "in a row", "on the diagonal", "lattice"],
)
def test_degenerate_addresses(xy: np.ndarray, sizes: list[int]) -> None:
    divided = divide([SQUARE], xy)
    assert_exact(divided)
    assert divided.sizes == sizes


def test_a_tower_of_400_is_a_grid_and_the_others_are_even() -> None:
    xy = np.concatenate([scatter(SQUARE, 300), [[512.3, 487.1]]])
    divided = divide([SQUARE], xy, households=np.array([1] * 300 + [400]))
    assert_exact(divided)
    assert divided.sizes[:3] == [100, 100, 100]
    assert divided.sizes[3] == 400


def test_addresses_outside_and_on_the_outline() -> None:
    xy = np.concatenate([scatter(SQUARE, 200), [[0.0, 500.0], [1000.0, 1000.0], [-20.0, 300.0], [-500.0, 500.0]]])
    divided = divide([SQUARE], xy)
    assert_exact(divided)
    assert divided.county.outside.tolist() == [203]
    assert divided.county.moved.tolist()[-1] == 202
    assert int(divided.plan.households.sum()) == 203


def test_most_addresses_outside_is_taken_for_a_wrong_datum() -> None:
    with pytest.raises(InputError, match="datum"):
        divide([SQUARE], scatter(shapely.box(3000, 0, 4000, 1000), 100))


def test_neighbours_have_the_same_vertices_on_a_long_slanting_border() -> None:
    left = shapely.Polygon([(0, 0), (3000, 0), (2200, 5000), (0, 5000)])
    right = shapely.Polygon([(3000, 0), (6000, 0), (6000, 5000), (2200, 5000)])
    divided = divide([left, right], np.concatenate([scatter(left, 900), scatter(right, 700)]))
    assert_exact(divided)
    assert len(divided.plan.codes) == 16


def test_areas_that_do_not_fit_are_noded_first() -> None:
    left, right = (
        shapely.box(0, 0, 500, 800),
        shapely.union_all([shapely.box(500, 0, 900, 400), shapely.box(499.5, 400, 900, 800)]),
    )
    divided = divide([left, right], np.concatenate([scatter(left, 200), scatter(shapely.box(510, 0, 890, 790), 200)]))
    assert divided.county.is_noded
    assert divided.check.coverage_valid


class TestBarriers:
    RIVER = shapely.LineString([(430, -50), (480, 300), (400, 700), (450, 1050)])

    def test_no_grid_crosses_where_both_sides_have_fifty(self) -> None:
        xy = scatter(SQUARE, 420)
        divided = divide([SQUARE], xy, barriers=[self.RIVER])
        assert_exact(divided)
        west = shapely.Polygon([(0, 0), (430, 0), *self.RIVER.coords, (0, 1050), (0, 0)]).buffer(0)
        side = shapely.contains_xy(west, xy[:, 0], xy[:, 1])
        for grid in range(len(divided.plan.codes)):
            assert len(set(side[divided.plan.grid_of_address == grid])) == 1
        assert divided.plans[0].figures.barrier_crossings == 0

    def test_a_side_of_under_fifty_joins_the_other(self) -> None:
        xy = np.concatenate([scatter(shapely.box(0, 0, 380, 1000), 40), scatter(shapely.box(500, 0, 1000, 1000), 160)])
        divided = divide([SQUARE], xy, barriers=[self.RIVER])
        assert_exact(divided)
        assert divided.sizes == [100, 100]
        assert divided.plans[0].figures.blocks_joined == 1

    def test_a_barrier_that_ends_in_a_field_is_none(self) -> None:
        divided = divide([SQUARE], scatter(SQUARE, 200), barriers=[shapely.LineString([(500, -10), (520, 600)])])
        assert divided.plans[0].figures.regions == 1
        assert divided.sizes == [100, 100]

    def test_a_barrier_that_all_but_reaches_the_outline_is_led_on(self) -> None:
        line = shapely.LineString([(500, 15), (520, 985)])
        assert divide([SQUARE], scatter(SQUARE, 300), barriers=[line]).plans[0].figures.regions == 2
        alone = DivideOptions(dangle_m=0)
        assert divide([SQUARE], scatter(SQUARE, 300), barriers=[line], options=alone).plans[0].figures.regions == 1

    def test_a_barrier_along_the_outline_changes_nothing(self) -> None:
        along = [shapely.LineString([(0, 0), (1000, 0)]), shapely.LineString([(0, 0.4), (0.3, 1000)])]
        divided = divide([SQUARE], scatter(SQUARE, 300), barriers=along)
        assert_exact(divided)
        assert divided.sizes == [100, 100, 100]

    def test_a_net_of_small_blocks(self) -> None:
        streets = [shapely.LineString([(x, -5), (x + 7, 1005)]) for x in range(40, 1000, 70)]
        streets += [shapely.LineString([(-5, y), (1005, y - 9)]) for y in range(30, 1000, 80)]
        divided = divide([SQUARE], scatter(SQUARE, 2600), barriers=streets)
        assert_exact(divided)
        figures = divided.plans[0].figures
        assert figures.blocks > 150
        assert figures.barrier_crossings == 0
        assert min(divided.sizes) >= 50


class TestHamlets:
    def test_hamlets_of_up_to_130_stay_whole(self) -> None:
        seats = np.array([[150, 150], [800, 200], [500, 500], [200, 850], [820, 830]])
        rng = np.random.default_rng(5)
        sizes = [90, 100, 125, 40, 85]
        xy = np.concatenate([seat + rng.uniform(-60, 60, (n, 2)) for seat, n in zip(seats, sizes, strict=True)])
        hamlet = [f"H{i}" for i, n in enumerate(sizes) for _ in range(n)]
        divided = divide([SQUARE], xy, hamlet=hamlet)
        assert_exact(divided)
        for name in set(hamlet):
            rows = [row for row, own in enumerate(hamlet) if own == name]
            assert len(set(divided.plan.grid_of_address[rows].tolist())) == 1
        assert all(70 <= size <= 130 for size in divided.sizes)

    def test_a_larger_hamlet_may_be_cut(self) -> None:
        divided = divide([SQUARE], scatter(SQUARE, 400), hamlet=["one"] * 400)
        assert divided.sizes == [100] * 4

    def test_a_barrier_through_a_hamlet_cuts_it_and_says_so(self) -> None:
        divided = divide(
            [SQUARE],
            scatter(SQUARE, 128),
            hamlet=["one"] * 128,
            barriers=[shapely.LineString([(500, -1), (500, 1001)])],
        )
        figures = divided.plans[0].figures
        assert figures.hamlets_split_forced == [0]
        assert figures.hamlets_split_chosen == []

    def test_hamlets_around_one_another_stay_whole_by_a_crooked_border(self) -> None:
        rng = np.random.default_rng(8)
        turn = rng.uniform(0.1, 4.3, 100)
        ring = 500 + 330 * np.stack([np.cos(turn), np.sin(turn)], axis=1) + rng.normal(0, 8, (100, 2))
        core = np.array([500, 500]) + rng.uniform(-70, 70, (100, 2))
        divided = divide([SQUARE], np.concatenate([ring, core]), hamlet=["ring"] * 100 + ["core"] * 100)
        assert_exact(divided)
        assert divided.sizes == [100, 100]
        assert divided.plans[0].figures.hamlets_split_chosen == []


class TestAgain:
    AREAS = (shapely.box(0, 0, 1200, 900), shapely.box(1200, 0, 2300, 900))

    def _first(self) -> tuple[Divided, np.ndarray, Previous]:
        xy = np.concatenate([scatter(area, n, 4) for area, n in zip(self.AREAS, (520, 430), strict=True)])
        first = divide(list(self.AREAS), xy)
        return first, xy, Previous(first.plan.codes, first.plan.shapes)

    def test_the_same_again_is_the_same_bytes(self) -> None:
        first, xy, previous = self._first()
        again = divide(list(self.AREAS), xy, previous=previous, options=DivideOptions(band=0.0))
        assert again.plan.codes == first.plan.codes
        assert [shape.wkb for shape in again.plan.shapes] == [shape.wkb for shape in first.plan.shapes]
        assert sum(plan.figures.people_moved for plan in again.plans) == 0

    def test_few_change_grid_and_the_bound_is_kept(self) -> None:
        first, xy, previous = self._first()
        more = np.concatenate([xy, scatter(shapely.box(900, 600, 1190, 890), 24, 9)])
        again = divide(list(self.AREAS), more, previous=previous, options=DivideOptions(band=0.02))
        assert_exact(again)
        figures = again.plans[0].figures
        before = np.array(first.plan.codes)[first.plan.grid_of_address]
        after = np.array(again.plan.codes)[again.plan.grid_of_address[: len(xy)]]
        moved = int((before != after).sum())
        assert 0 < figures.people_moved_least <= figures.people_moved <= 1.5 * figures.people_moved_least + 1
        assert moved <= figures.people_moved
        sizes = again.plans[0].households
        assert np.abs(sizes - sizes.mean()).max() <= 0.02 * sizes.mean() + 1
        assert again.plan.codes == first.plan.codes

    def test_within_the_band_nobody_moves(self) -> None:
        _, xy, previous = self._first()
        more = np.concatenate([xy, scatter(shapely.box(900, 600, 1190, 890), 4, 9)])
        again = divide(list(self.AREAS), more, previous=previous, options=DivideOptions(band=0.05))
        assert [shape.wkb for shape in again.plan.shapes] == [shape.wkb for shape in previous.shapes]

    def test_a_locked_grid_stays_as_it_is(self) -> None:
        first, xy, previous = self._first()
        grid = int(first.plan.grid_of_address[np.argmin(np.hypot(*(xy - [1000, 700]).T))])
        code = first.plan.codes[grid]
        more = np.concatenate([xy, scatter(shapely.box(900, 600, 1190, 890), 60, 9)])
        locked = Previous(previous.codes, previous.shapes, frozenset([code]))
        again = divide(list(self.AREAS), more, previous=locked, options=DivideOptions(band=0.0))
        assert_exact(again)
        assert again.plan.shapes[again.plan.codes.index(code)].wkb == first.plan.shapes[grid].wkb

    def test_a_grid_that_is_added_gets_a_new_number(self) -> None:
        first, xy, previous = self._first()
        more = np.concatenate([xy, scatter(self.AREAS[1], 130, 9)])
        again = divide(list(self.AREAS), more, previous=previous)
        assert_exact(again)
        assert set(again.plan.codes) - set(first.plan.codes) == {"370783100201005"}
        assert set(first.plan.codes) < set(again.plan.codes)


def test_codes_run_west_to_east_and_north_to_south() -> None:
    xy = np.concatenate(
        [scatter(shapely.box(x + 20, y + 20, x + 480, y + 480), 100) for x in (0, 500) for y in (0, 500)]
    )
    divided = divide([SQUARE], xy, hamlet=[str(i // 100) for i in range(400)])
    middles = {code: shape.centroid for code, shape in zip(divided.plan.codes, divided.plan.shapes, strict=True)}
    one, two, three, four = (middles[f"370783100200{n:03d}"] for n in (1, 2, 3, 4))
    middle = to_degrees(np.array([[500.0, 500.0]]))[0]
    assert one.x < middle[0] < two.x
    assert three.x < middle[0] < four.x
    assert min(one.y, two.y) > middle[1] > max(three.y, four.y)
