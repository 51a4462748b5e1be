"""The rule of location against plain GEOS, one polygon and one point at a time."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pyproj import Geod

from gridmap.domain.areas import AreaLevel
from gridmap.domain.datum import Floats
from gridmap.domain.incidents import Placement, Precision
from gridmap.domain.location import Locations, Locator, is_too_imprecise, make_area_set
from gridmap.domain.location.areas import AreaSet, measure_areas
from gridmap.domain.location.covering import AreaIndex
from gridmap.domain.zone import find_measure_transformer
from gridmap.errors import InputError

LON, LAT = 118.7, 36.9


def locate(areas: AreaSet, points: list[tuple[float, float]]) -> Locations:
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    return Locator(areas).locate(xy[:, 0], xy[:, 1])


def geodesic_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(Geod(ellps="GRS80").inv(*one, *other)[2])


def place_plainly(areas: AreaSet, xy: Floats) -> tuple[list[int], list[bool]]:
    covers = shapely.covers(areas.geometries[None, :], shapely.points(xy)[:, None])
    return [int(np.argmax(row)) if row.any() else -1 for row in covers], [row.sum() > 1 for row in covers]


def measure_plainly(areas: AreaSet, xy: Floats, own: list[int], shared: list[bool]) -> Floats:
    polygons = measure_areas(areas)
    x, y = find_measure_transformer(areas.meridian_deg).transform(xy[:, 0], xy[:, 1])
    away = shapely.distance(polygons[None, :], shapely.points(x, y)[:, None])
    for row, index in enumerate(own):
        if index >= 0:
            away[row, index] = np.inf
        if shared[row]:
            away[row] = 0.0
    nearest = np.asarray(away.min(axis=1))
    return np.where(np.isfinite(nearest), nearest, np.nan)


def make_squares(columns: int, rows: int, *, size_deg: float = 0.01, seed: int = 0) -> AreaSet:
    """A tiling of quadrangles with shared corners; codes in no order of place."""
    rng = np.random.default_rng(seed)
    node = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    node += rng.uniform(-0.3, 0.3, node.shape)
    node = np.round(node * size_deg + [LON, LAT], 7)
    shapes = [
        shapely.Polygon([node[j, i], node[j, i + 1], node[j + 1, i + 1], node[j + 1, i]])
        for j in range(rows)
        for i in range(columns)
    ]
    codes = [f"{number:05d}" for number in rng.permutation(len(shapes))]
    return make_area_set(codes, shapes)


def make_hard_points(areas: AreaSet, rng: np.random.Generator) -> Floats:
    """Vertices, points on edges, and points a hair beside both."""
    vertices = shapely.get_coordinates(areas.geometries)
    middles = (vertices[:-1] + vertices[1:]) / 2
    on_edges = vertices[:-1] + (vertices[1:] - vertices[:-1]) * rng.uniform(0, 1, (len(middles), 1))
    bases = np.concatenate([vertices, middles, on_edges])
    beside = [bases + rng.uniform(-1, 1, bases.shape) * hair for hair in (1e-14, 1e-12, 1e-10, 1e-8, 1e-7, 1e-5)]
    return np.concatenate([bases, *beside])


def test_inside_outside_border_and_corner() -> None:
    areas = make_area_set(
        ["b", "a", "d", "c"],
        [
            shapely.box(118, 36, 118.1, 36.1),
            shapely.box(118.1, 36, 118.2, 36.1),
            shapely.box(118, 36.1, 118.1, 36.2),
            shapely.box(118.1, 36.1, 118.2, 36.2),
        ],
    )
    points = [
        (118.05, 36.05),
        (118.1, 36.05),
        (118.1, 36.1),
        (118.05, 36.1),
        (118.0, 36.05),
        (117.9, 36.05),
        (np.nan, 36),
    ]
    found = locate(areas, points)
    assert found.area_code.tolist() == ["b", "a", "a", "b", "b", "", ""]
    assert found.placement.tolist() == ["inside", "border", "border", "border", "inside", "outside", "outside"]
    assert found.margin_m[1:4].tolist() == [0.0, 0.0, 0.0]
    # The geodesic is another way to the same length; the scale of the zone is off by 1.2e-4 at its edge.
    assert found.margin_m[0] == pytest.approx(geodesic_m((118.05, 36.05), (118.1, 36.05)), rel=3e-4)
    assert found.margin_m[5] == pytest.approx(geodesic_m((117.9, 36.05), (118.0, 36.05)), rel=3e-4)
    assert np.isnan(found.margin_m[6])


def test_lower_code_is_by_code_point_not_by_language() -> None:
    square = shapely.box(118, 36, 118.1, 36.1)
    found = locate(make_area_set(["a", "B", "ä", "10", "9"], [square] * 5), [(118.05, 36.05)])
    assert (found.area_code[0], found.placement[0]) == ("10", "border")


def test_overlap_gap_hole_and_island() -> None:
    outer = shapely.Polygon(
        shapely.box(118, 36, 118.3, 36.3).exterior, [shapely.box(118.1, 36.1, 118.2, 36.2).exterior]
    )
    island = shapely.box(118.14, 36.14, 118.16, 36.16)
    over = shapely.MultiPolygon([shapely.box(118.25, 36.0, 118.4, 36.1), shapely.box(118.5, 36, 118.6, 36.1)])
    areas = make_area_set(["1", "2", "3"], [outer, island, over])
    found = locate(areas, [(118.15, 36.15), (118.12, 36.15), (118.27, 36.05), (118.55, 36.05), (118.45, 36.05)])
    assert found.area_code.tolist() == ["2", "", "1", "3", ""]
    assert found.placement.tolist() == ["inside", "outside", "border", "inside", "outside"]
    assert found.margin_m[2] == 0.0


@pytest.mark.parametrize("cell_count", [0, 400])
def test_point_in_an_overlap_far_from_every_edge(cell_count: int) -> None:
    areas = make_area_set(["b", "a"], [shapely.box(118, 36, 118.1, 36.1)] * 2)
    found = AreaIndex(areas).find_covering(np.array([118.052]), np.array([36.052]), cell_count=cell_count)
    assert (found.area.tolist(), found.is_shared.tolist()) == ([0], [True])


@pytest.mark.parametrize("cell_count", [0, 1, 64, 5_000, 200_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_same_as_plain_geos_on_hard_points_whatever_the_raster(cell_count: int, seed: int) -> None:
    areas = make_squares(9, 7, seed=seed)
    rng = np.random.default_rng(seed)
    xy = np.concatenate([make_hard_points(areas, rng), rng.uniform([LON, LAT], [LON + 0.1, LAT + 0.08], (3000, 2))])
    found = AreaIndex(areas).find_covering(xy[:, 0], xy[:, 1], cell_count=cell_count)
    own, shared = place_plainly(areas, xy)
    assert found.area.tolist() == own
    assert found.is_shared.tolist() == shared
    assert sum(shared) > 100, "the points are not hard enough to prove anything"


def test_margin_same_as_plain_geos_on_hard_points() -> None:
    areas = make_squares(9, 7, seed=5)
    rng = np.random.default_rng(5)
    xy = np.concatenate(
        [make_hard_points(areas, rng), rng.uniform([LON - 0.2, LAT], [LON + 0.2, LAT + 0.2], (3000, 2))]
    )
    found = Locator(areas).locate(xy[:, 0], xy[:, 1])
    expected = measure_plainly(areas, xy, *place_plainly(areas, xy))
    np.testing.assert_allclose(found.margin_m, expected, atol=1e-6)


def test_real_grids_same_as_plain_geos(real_data) -> None:  # type: ignore[no-untyped-def]
    import geopandas as gpd

    frame = gpd.read_file(real_data / "cn_xihu_grids" / "grids_605.geojson")
    areas = make_area_set(frame["Shape_Leng"].index.map("{:04d}".format).tolist(), frame.geometry.to_numpy())
    assert len(areas.repaired) == 1
    rng = np.random.default_rng(1)
    west, south, east, north = shapely.total_bounds(areas.geometries)
    hard = make_hard_points(areas, rng)
    hard = hard[rng.choice(len(hard), 2500, replace=False)]
    xy = np.concatenate([hard, rng.uniform([west, south], [east, north], (1500, 2))])
    for cell_count in (0, 300_000):
        found = AreaIndex(areas).find_covering(xy[:, 0], xy[:, 1], cell_count=cell_count)
        own, shared = place_plainly(areas, xy)
        assert found.area.tolist() == own
        assert found.is_shared.tolist() == shared
    located = Locator(areas).locate(xy[:, 0], xy[:, 1])
    # Plain distances to 605 polygons cost 4 ms a point: every eighth will do.
    expected = measure_plainly(areas, xy[::8], own[::8], shared[::8])
    np.testing.assert_allclose(located.margin_m[::8], expected, atol=1e-6)


corner = st.tuples(st.integers(0, 12), st.integers(0, 12))
shape = st.tuples(corner, corner, corner).map(lambda corners: shapely.Polygon(corners)).filter(lambda s: s.area > 0)


@settings(max_examples=150)
@given(
    shapes=st.lists(shape, min_size=1, max_size=8),
    points=hnp.arrays(
        np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(-8, 104).map(lambda n: n / 8)
    ),
    cell_count=st.sampled_from([0, 1, 7, 400]),
    codes=st.permutations(list("hgfedcba")),
)
def test_overlapping_triangles_and_lattice_points(
    shapes: list[shapely.Polygon], points: Floats, cell_count: int, codes: list[str]
) -> None:
    """Triangles on a lattice overlap, share edges and corners, and points fall exactly on them."""
    areas = make_area_set(
        codes[: len(shapes)], shapely.transform(np.array(shapes, dtype=object), lambda xy: xy / 64 + [118, 36])
    )
    xy = points / 64 + [118.0, 36.0]
    found = AreaIndex(areas).find_covering(xy[:, 0].copy(), xy[:, 1].copy(), cell_count=cell_count)
    own, shared = place_plainly(areas, xy)
    assert found.area.tolist() == own
    assert found.is_shared.tolist() == shared
    located = Locator(areas).locate(xy[:, 0], xy[:, 1])
    assert located.area.tolist() == own
    expected = measure_plainly(areas, xy, own, shared)
    np.testing.assert_allclose(located.margin_m, expected, atol=1e-6)
    for row, index in enumerate(located.area):
        point = shapely.Point(xy[row])
        assert index < 0 or areas.geometries[index].covers(point)
        assert not any(lower.covers(point) for lower in areas.geometries[: index if index >= 0 else len(areas)])


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_order_of_points_and_of_areas_does_not_matter(seed: int) -> None:
    areas = make_squares(6, 5, seed=seed)
    rng = np.random.default_rng(seed)
    xy = rng.uniform([LON - 0.01, LAT - 0.01], [LON + 0.07, LAT + 0.06], (2500, 2))
    found = Locator(areas).locate(xy[:, 0], xy[:, 1])
    order, turned = rng.permutation(len(xy)), rng.permutation(len(areas))
    again = Locator(make_area_set(areas.codes[turned].tolist(), areas.geometries[turned])).locate(*xy[order].T)
    assert again.area_code.tolist() == found.area_code[order].tolist()
    assert again.placement.tolist() == found.placement[order].tolist()
    np.testing.assert_allclose(again.margin_m, found.margin_m[order], atol=1e-9)


def test_tiny_and_huge_areas() -> None:
    areas = make_area_set(
        ["huge", "tiny", "long"],
        [
            shapely.box(100, 20, 120, 50),
            shapely.box(118, 36, 118 + 1e-8, 36 + 1e-8),
            shapely.box(119, 30, 119 + 1e-9, 45),
        ],
    )
    rng = np.random.default_rng(0)
    xy = np.concatenate([rng.uniform([99, 19], [121, 51], (4000, 2)), make_hard_points(areas, rng)])
    for cell_count in (0, 10_000):
        found = AreaIndex(areas).find_covering(xy[:, 0], xy[:, 1], cell_count=cell_count)
        assert (found.area.tolist(), found.is_shared.tolist()) == place_plainly(areas, xy)


def test_nothing_in_nothing_out() -> None:
    none = np.empty(0)
    assert len(Locator(make_squares(2, 2)).locate(none, none).area_code) == 0
    found = Locator(make_area_set([], [])).locate(np.array([118.0]), np.array([36.0]))
    assert (found.area_code.tolist(), found.placement.tolist()) == ([""], ["outside"])
    alone = locate(make_area_set(["1"], [shapely.box(118, 36, 119, 37)]), [(118.5, 36.5), (117.9, 36.5)])
    assert np.isnan(alone.margin_m[0])
    assert alone.margin_m[1] == pytest.approx(geodesic_m((117.9, 36.5), (118.0, 36.5)), rel=2e-3)


def test_far_away_points_have_no_margin() -> None:
    found = locate(make_squares(2, 2), [(0.0, 0.0), (-100.0, 40.0), (200.0, 95.0), (np.inf, 0.0)])
    assert found.placement.tolist() == [Placement.OUTSIDE] * 4
    assert np.isnan(found.margin_m).all()


def test_imprecise_points_count_for_no_finer_area_than_they_are_good_for() -> None:
    assert is_too_imprecise(Precision.STREET, AreaLevel.SMALL_GRID)
    assert not is_too_imprecise(Precision.STREET, AreaLevel.VILLAGE)
    assert not is_too_imprecise(Precision.EXACT, AreaLevel.SPECIAL_GRID)
    assert is_too_imprecise(Precision.COUNTY, AreaLevel.TOWNSHIP)
    areas = make_squares(2, 2)
    xy = np.array([[LON + 0.005, LAT + 0.005]] * 2)
    found = Locator(areas).locate(xy[:, 0], xy[:, 1], is_imprecise=np.array([False, True]))
    assert found.placement.tolist() == ["inside", "imprecise"]
    assert found.area_code[1] == ""
    assert np.isnan(found.margin_m[1])


def test_area_set_repairs_dissolves_and_says_so() -> None:
    bow_tie = shapely.Polygon([(118, 36), (118.1, 36.1), (118.1, 36), (118, 36.1)])
    areas = make_area_set(
        ["x", "y", "y", "z"],
        [bow_tie, shapely.box(119, 36, 119.1, 36.1), shapely.box(119.1, 36, 119.2, 36.1), shapely.Polygon()],
    )
    assert areas.codes.tolist() == ["x", "y"]
    assert (areas.repaired, areas.dissolved, areas.empty) == (("x",), ("y",), ("z",))
    assert locate(areas, [(119.1, 36.05)]).placement.tolist() == ["inside"]


@pytest.mark.parametrize(
    ("codes", "shapes", "words"),
    [
        (["1", " "], [shapely.box(118, 36, 119, 37)] * 2, "have no code, the first in row 2"),
        (["1"], [shapely.Point(118, 36)], "no polygons, the first is 1"),
        (["1"], [shapely.box(500000, 4000000, 500100, 4000100)], "no longitude and latitude"),
        (["1"], [], "1 codes for 0 areas"),
    ],
)
def test_refused_areas(codes: list[str], shapes: list[shapely.Geometry], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make_area_set(codes, shapes)
