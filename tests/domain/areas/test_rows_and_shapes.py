"""Rows of a file: which are areas, what is repaired, dissolved and refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from gridmap.domain.area_rows import AreaColumns, list_garbled_elsewhere, make_area_rows
from gridmap.domain.area_shapes import dissolve_codes, make_polygons, repair_shapes
from gridmap.errors import InputError

METRES = CRS.from_epsg(4549)
COLUMNS = AreaColumns(code="c", name="n", parent="p", households="h")


def _frame(rows: list[tuple[object, object, object, object, object]]) -> gpd.GeoDataFrame:
    names = ["c", "n", "p", "h"]
    data = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    shapes = np.array([None] * len(rows), dtype=object)
    for position, row in enumerate(rows):
        shapes[position] = row[4]
    return gpd.GeoDataFrame(data, geometry=shapes, index=range(1, len(rows) + 1), crs="EPSG:4490")


SQUARE = box(118.0, 36.0, 118.01, 36.01)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "a", "", 1, SQUARE), "no code in c"),
        (("1", " ", "", 1, SQUARE), "no name in n"),
        (("1", "西湖??", "", 1, SQUARE), "garbled text in n"),
        (("1", "a", "\ufffd", 1, SQUARE), "garbled text in p"),
        (("1", "a", "", -3, SQUARE), "h: '-3' is no whole number"),
        (("3.3E+11", "a", "", 1, SQUARE), "cut by a spreadsheet"),
        (("1", "a", "", 1, None), "no geometry"),
        (("1", "a", "", 1, Polygon()), "empty geometry"),
        (("1", "a", "", 1, Point(118, 36)), "Point is no polygon"),
        (("1", "a", "", 1, LineString([(118, 36), (119, 36)])), "LineString is no polygon"),
        (("1", "a", "", 1, shapely.geometry.GeometryCollection([SQUARE])), "GeometryCollection is no polygon"),
    ],
)
def test_rows_that_are_no_areas(row: tuple[object, object, object, object, object], reason: str) -> None:
    _, faults = make_area_rows(_frame([("9", "good", "", 5, SQUARE), row]), COLUMNS)
    assert list(faults) == [2]
    assert reason in "; ".join(faults[2])


def test_all_absent_columns_are_named_at_once() -> None:
    with pytest.raises(InputError, match=r"no column x, y\. It has: c, n, p, h\."):
        make_area_rows(_frame([]), AreaColumns(code="x", name="n", kind="y"))


def test_garbled_text_elsewhere_is_told_not_refused() -> None:
    frame = _frame([("1", "a", "", 1, SQUARE)]).assign(other=["西湖??"], number=[3])
    _, faults = make_area_rows(frame, COLUMNS)
    assert faults == {}
    assert "other" in list_garbled_elsewhere(frame, COLUMNS)[1][0]


def test_bow_tie_is_repaired_and_its_change_measured() -> None:
    bow_tie = Polygon([(118, 36), (118.01, 36.01), (118.01, 36), (118, 36.01), (118, 36)])
    rows, faults = make_area_rows(_frame([("1", "a", "", 1, bow_tie), ("2", "b", "", 1, SQUARE)]), COLUMNS)
    assert faults == {}
    repaired, repairs, no_area = repair_shapes(rows, measure_crs=METRES)
    assert no_area == {}
    assert [(repair.row, repair.code) for repair in repairs] == [(1, "1")]
    assert repairs[0].fault.startswith("Self-intersection")
    # Two triangles of a quarter of the square each; the signed areas of the bow tie cancel out.
    half = gpd.GeoSeries([SQUARE], crs=4490).to_crs(METRES).area.iloc[0] / 2
    assert repairs[0].area_change_m2 == pytest.approx(half, rel=1e-3)
    assert repaired.geometry.is_valid.all()
    assert set(repaired.geom_type) == {"MultiPolygon"}


def test_polygon_without_area_is_refused() -> None:
    flat = Polygon([(118, 36), (118.01, 36.01), (118.02, 36.02), (118, 36)])
    rows, _ = make_area_rows(_frame([("1", "a", "", 1, flat), ("2", "b", "", 1, SQUARE)]), COLUMNS)
    repaired, repairs, no_area = repair_shapes(rows, measure_crs=METRES)
    assert list(repaired["code"]) == ["2"]
    assert repairs == []
    assert "no area" in no_area[1]


def test_parts_dissolve_and_duplicates_are_refused() -> None:
    east = box(118.01, 36.0, 118.02, 36.01)
    far = box(118.5, 36.0, 118.51, 36.01)
    rows, _ = make_area_rows(
        _frame(
            [
                ("1", "a", "p", 40, SQUARE),
                ("1", "a", "p", 60, east),
                ("1", "b", "p", 60, far),
                ("2", "c", "p", 70, SQUARE),
                ("2", "c", "p", 70, far),
                ("3", "c", "q", None, far),
            ]
        ),
        COLUMNS,
    )
    made, dissolves, faults = dissolve_codes(rows)
    assert list(made["code"]) == ["1", "2", "3"]
    # Numbers that differ are added, one repeated on each part counts once.
    assert list(made["households"]) == [100, 70, None]
    assert [(dissolve.code, dissolve.parts) for dissolve in dissolves] == [("1", 2), ("2", 2)]
    assert list(faults) == [3]
    assert made.geometry.iloc[0].equals(SQUARE.union(east))
    assert len(made.geometry.iloc[1].geoms) == 2
    assert len(rows) == len(made) + (len(rows) - len(made) - len(faults)) + len(faults)


def test_lines_left_by_a_repair_go() -> None:
    mixed = shapely.geometry.GeometryCollection([SQUARE, LineString([(0, 0), (1, 1)]), MultiPolygon([box(1, 1, 2, 2)])])
    assert make_polygons(mixed).area == pytest.approx(SQUARE.area + 1)


# Its repair has two parts that share an edge.
@example([(0, -1), (0, 0), (1, 0), (0, 1), (0, 0), (1, 0)])
@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=12))
def test_any_ring_becomes_valid_polygons_or_is_refused(ring: list[tuple[float, float]]) -> None:
    shape = Polygon([(118 + x / 100, 36 + y / 100) for x, y in ring])
    rows, faults = make_area_rows(_frame([("1", "a", "", 1, shape)]), COLUMNS)
    repaired, _, no_area = repair_shapes(rows.drop(index=list(faults)), measure_crs=METRES)
    assert len(faults) + len(no_area) + len(repaired) == 1
    for made in repaired.geometry:
        assert made.is_valid
        assert made.area > 0


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("households", 1e12, "too large for a count"),
        ("households", "\u0661\u0662", "no whole number"),
        ("code", "C" * 61, "code holds 61 characters"),
        ("name", "\u540d" * 201, "name holds 201 characters"),
    ],
)
def test_what_the_database_can_not_hold_is_refused_alone(column: str, cell: object, reason: str) -> None:
    table = {"code": ["1", "2"], "name": ["a", "b"], "households": [5, 5]}
    frame = gpd.GeoDataFrame(table, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:4490", dtype=object)
    frame.loc[0, column] = cell
    _, faults = make_area_rows(frame, AreaColumns(code="code", name="name", households="households"))
    assert list(faults) == [0]
    assert reason in "; ".join(faults[0])
