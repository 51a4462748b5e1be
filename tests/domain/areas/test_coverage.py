"""Gaps, overlaps and slivers against an oracle that counts squares, and by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely.geometry import box

from gridmap.domain.area_checks import list_findings
from gridmap.domain.areas import AreaLevel
from gridmap.domain.coverage import find_gaps, find_overlaps, find_uncovered
from gridmap.domain.findings import FindingKind

METRES = CRS.from_epsg(4548)
SIDE = 0.001
GEOD = Geod(ellps="GRS80")


def _cell(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    return box(118 + column * SIDE, 36 + row * SIDE, 118 + (column + width) * SIDE, 36 + (row + height) * SIDE)


def _frame(shapes: dict[str, shapely.Geometry], **columns: object) -> gpd.GeoDataFrame:
    data = {"code": list(shapes), "name": list(shapes), "parent_code": "", "households": None, **columns}
    return gpd.GeoDataFrame(data, geometry=list(shapes.values()), crs="EPSG:4490")


def _size_m2(shape: shapely.Geometry) -> float:
    """Measure on the ellipsoid; a degree from its meridian the projection shows areas 0.02 % larger."""
    return abs(float(GEOD.geometry_area_perimeter(shape)[0]))


CELLS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25)


@settings(max_examples=60)
@given(left=CELLS, right=CELLS)
def test_overlap_is_the_squares_that_both_have(left: set[tuple[int, int]], right: set[tuple[int, int]]) -> None:
    areas = _frame(
        {"a": shapely.union_all([_cell(*c) for c in left]), "b": shapely.union_all([_cell(*c) for c in right])}
    )
    pieces = find_overlaps(areas, measure_crs=METRES)
    expected = sum(_size_m2(_cell(*cell)) for cell in left & right)
    assert sum(piece.area_m2 for piece in pieces) == pytest.approx(expected, rel=4e-4, abs=0.5)
    assert all(piece.codes == ("a", "b") for piece in pieces)
    for piece in pieces:
        point = shapely.Point(piece.lon, piece.lat)
        assert all(area.intersects(point) for area in areas.geometry)


@settings(max_examples=60)
@given(missing=st.sets(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=20))
def test_gaps_are_the_squares_that_are_missing_inside(missing: set[tuple[int, int]]) -> None:
    # A frame of squares round a field of 5 x 5, so that whatever is missing is enclosed.
    there = {(c, r) for c in range(7) for r in range(7)} - missing
    areas = _frame({f"{c}{r}": _cell(c, r) for c, r in sorted(there)})
    pieces = find_gaps(areas, measure_crs=METRES)
    assert sum(piece.area_m2 for piece in pieces) == pytest.approx(
        sum(_size_m2(_cell(*cell)) for cell in missing), rel=4e-4, abs=0.5
    )
    for piece in pieces:
        assert not areas.intersects(shapely.Point(piece.lon, piece.lat)).any()
        assert len(piece.codes) >= 2


def test_bay_is_no_gap_but_is_missing_from_the_parent() -> None:
    areas = _frame({f"{c}{r}": _cell(c, r) for c in range(3) for r in range(3) if (c, r) not in {(1, 1), (2, 0)}})
    parents = _frame({"P": _cell(0, 0, 3, 3)})
    gaps = find_gaps(areas, measure_crs=METRES)
    assert [piece.area_m2 for piece in gaps] == [pytest.approx(_size_m2(_cell(1, 1)), rel=4e-4)]
    # The hole in the middle is told once, as a gap.
    uncovered = find_uncovered(areas, parents, gaps, measure_crs=METRES)
    assert [(piece.codes, piece.area_m2) for piece in uncovered] == [
        (("P",), pytest.approx(_size_m2(_cell(2, 0)), rel=4e-4))
    ]


def test_gap_with_an_island_does_not_count_the_island() -> None:
    ring = _cell(0, 0, 5, 5) - _cell(1, 1, 3, 3)
    areas = _frame({"ring": ring, "island": _cell(2, 2)})
    gaps = find_gaps(areas, measure_crs=METRES)
    assert [piece.area_m2 for piece in gaps] == [pytest.approx(8 * _size_m2(_cell(1, 1)), rel=4e-4)]


def test_vertex_on_one_side_only_is_no_overlap() -> None:
    """On the stored degrees the border is one line; in the projection it would bend by metres."""
    west = shapely.Polygon([(118, 36), (118.5, 36), (118.5, 36.5), (118, 36.5)])
    east = shapely.Polygon([(118, 36.5), (118.25, 36.5), (118.5, 36.5), (118.5, 37), (118, 37)])
    areas = _frame({"w": west, "e": east})
    assert find_overlaps(areas, measure_crs=METRES) == []
    assert find_gaps(areas, measure_crs=METRES) == []
    projected = areas.to_crs(METRES).geometry
    assert projected.iloc[0].intersection(projected.iloc[1]).area > 1000


def test_empty_frame_has_no_findings() -> None:
    empty = _frame({})
    assert list_findings(empty, empty, level=AreaLevel.SMALL_GRID, measure_crs=METRES) == []


def test_kinds_of_findings() -> None:
    areas = _frame(
        {
            "1": _cell(0, 0),
            "2": _cell(0.99, 0, 1.01, 1),  # overlaps 1 by about 0.9 m: a sliver
            "3": _cell(0, 1),
            "4": shapely.union_all([_cell(1, 1), _cell(8, 8)]),
            "5": _cell(20, 20),
        },
        parent_code=["P", "Q", "P", "X", ""],
        households=[100, 79, 121, None, 80],
        name=["a", "b", "a", "d", "e"],
    )
    parents = _frame({"P": _cell(0, 0, 2, 2), "Q": _cell(8, 8)})
    found = list_findings(areas, parents, level=AreaLevel.SMALL_GRID, measure_crs=METRES)
    told = {(finding.kind, finding.codes) for finding in found}
    assert told == {
        (FindingKind.SLIVER, ("1", "2")),
        (FindingKind.ORPHAN, ("4",)),  # its recorded parent does not exist
        (FindingKind.ORPHAN, ("5",)),  # none recorded, none by geometry
        (FindingKind.PARENT_DIFFERS, ("2",)),
        (FindingKind.DUPLICATE_NAME, ("1", "3")),
        (FindingKind.HOUSEHOLDS, ("2",)),
        (FindingKind.HOUSEHOLDS, ("3",)),
        (FindingKind.MULTIPART, ("4",)),
    }
    multipart = next(finding for finding in found if finding.kind is FindingKind.MULTIPART)
    # The point is in the part that lies apart, which is the smaller one by latitude.
    assert shapely.Point(multipart.lon, multipart.lat).within(_cell(8, 8))
    assert set(found[0].as_json()) == {"kind", "level", "codes", "area_m2", "lon", "lat", "detail"}


def test_wide_overlap_is_an_overlap_and_the_gravest_come_first() -> None:
    areas = _frame({"1": _cell(0, 0, 2, 1), "2": _cell(1, 0, 2, 1), "3": _cell(2.5, 0, 2, 1)}, households=[1, 100, 100])
    found = list_findings(areas, None, level=AreaLevel.SMALL_GRID, measure_crs=METRES)
    assert [finding.kind for finding in found] == [FindingKind.OVERLAP, FindingKind.OVERLAP, FindingKind.HOUSEHOLDS]
    assert found[0].codes == ("1", "2")
    assert np.isclose(found[0].area_m2 or 0, _size_m2(_cell(1, 0)), rtol=4e-4)


def test_a_crack_of_the_last_digit_does_not_hide_a_gap() -> None:
    # Four areas round a hole; the one in the east begins one floating-point step further east than the others end.
    east = np.nextafter(118.74, 200)
    shapes = [
        box(118.72, 36.85, 118.74, 36.87),
        box(118.72, 36.89, 118.74, 36.91),
        box(118.70, 36.85, 118.73, 36.91),
        box(east, 36.84, 118.76, 36.92),
    ]
    areas = gpd.GeoDataFrame({"code": list("abcd")}, geometry=shapes, crs="EPSG:4490")
    gaps = find_gaps(areas, measure_crs=METRES)
    assert [gap.codes for gap in gaps] == [("a", "b", "c", "d")]
    assert gaps[0].area_m2 == pytest.approx(890.0 * 2220.0, rel=0.01)


def test_land_left_uncovered_is_pointed_at_where_most_of_it_lies() -> None:
    parents = gpd.GeoDataFrame({"code": ["p"]}, geometry=[box(118.70, 36.85, 118.78, 36.93)], crs="EPSG:4490")
    # A wide strip of 1 m in the south, and a narrow high hole that is much larger.
    shape = box(118.70, 36.85001, 118.78, 36.93).difference(box(118.71, 36.86, 118.715, 36.92))
    areas = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shape], crs="EPSG:4490")
    (piece,) = find_uncovered(areas, parents, [], measure_crs=METRES)
    assert 118.71 < piece.lon < 118.715
    assert 36.86 < piece.lat < 36.92
