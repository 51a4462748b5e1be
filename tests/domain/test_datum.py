"""Datums against third-party vectors, and there and back."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.domain.datum import (
    Datum,
    Floats,
    bd09_to_gcj02,
    find_datum,
    from_storage,
    gcj02_to_bd09,
    geometry_to_storage,
    is_in_china,
    to_storage,
    wgs84_to_gcj02,
)
from gridmap.domain.datum_fit import CANDIDATES, find_better_datum, guess_datum
from gridmap.errors import InputError

SHIFTED = (Datum.GCJ02, Datum.BD09)
COUNTY = shapely.Polygon(
    [(118.5, 36.7), (118.7, 36.68), (118.9, 36.75), (118.93, 37.0), (118.7, 37.1), (118.52, 36.95)]
)


def distance_m(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    """On a sphere, which is good for distances of less than a kilometre."""
    d_lon, d_lat = np.radians(one[0] - other[0]), np.radians(one[1] - other[1])
    return np.asarray(6_371_000.0 * np.hypot(d_lon * np.cos(np.radians(one[1])), d_lat))


@pytest.fixture
def cities(real_data: Path) -> dict[str, tuple[Floats, Floats]]:
    rows = json.loads((real_data / "gcj_vectors" / "gcoord_china_cities.json").read_text())
    assert len(rows) == 664
    table = {name: np.array([row["coords"][name] for row in rows]).T for name in ("WGS84", "GCJ02", "BD09")}
    return {name: (both[0], both[1]) for name, both in table.items()}


def test_cities(cities: dict[str, tuple[Floats, Floats]]) -> None:
    assert distance_m(from_storage(*cities["WGS84"], Datum.GCJ02), cities["GCJ02"]).max() < 0.75
    assert distance_m(to_storage(*cities["GCJ02"], Datum.GCJ02), cities["WGS84"]).max() < 0.75
    assert distance_m(to_storage(*cities["BD09"], Datum.BD09), cities["WGS84"]).max() < 0.76
    assert distance_m(gcj02_to_bd09(*cities["GCJ02"]), cities["BD09"]).max() < 0.02
    assert distance_m(bd09_to_gcj02(*cities["BD09"]), cities["GCJ02"]).max() < 0.02


def test_published_pairs_are_met_exactly(real_data: Path) -> None:
    pairs = json.loads((real_data / "gcj_vectors" / "eviltransform_vectors.json").read_text())["wgs_to_gcj"]
    assert len(pairs) == 3
    for pair in pairs:
        lon, lat = from_storage(pair["wgs_lng"], pair["wgs_lat"], Datum.GCJ02)
        assert (float(lon), float(lat)) == pytest.approx((pair["gcj_lng"], pair["gcj_lat"]), abs=1e-12)


@pytest.mark.parametrize("datum", SHIFTED)
def test_there_and_back_over_the_country(datum: Datum) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(73, 137, 100_000), rng.uniform(1.5, 55, 100_000)
    lon[:100] = 105 + rng.uniform(-1e-9, 1e-9, 100)  # the root in the formula has no slope there
    assert distance_m(to_storage(*from_storage(lon, lat, datum), datum), (lon, lat)).max() < 1e-6


@pytest.mark.parametrize("datum", SHIFTED)
def test_shift_has_the_size_that_is_known_for_shouguang(datum: Datum) -> None:
    here = (np.array([118.74]), np.array([36.88]))
    expected = {Datum.GCJ02: 508, Datum.BD09: 1312}[datum]
    assert distance_m(from_storage(*here, datum), here)[0] == pytest.approx(expected, rel=0.03)


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90), datum=st.sampled_from(list(Datum)))
def test_outside_the_box_nothing_moves(lon: float, lat: float, datum: Datum) -> None:
    if not is_in_china(np.array(lon), np.array(lat)):
        assert tuple(map(float, to_storage(lon, lat, datum))) == (lon, lat)
        assert tuple(map(float, from_storage(lon, lat, datum))) == (lon, lat)


def test_box_border_belongs_to_it_and_nan_passes() -> None:
    edge = wgs84_to_gcj02(np.array([72.004, 137.8347, np.nan]), np.array([30.0, 30.0, 30.0]))
    assert edge[0][0] != 72.004
    assert edge[0][1] != 137.8347
    assert np.isnan(edge[0][2])
    assert wgs84_to_gcj02(np.array([np.nextafter(72.004, 0)]), np.array([30.0]))[0][0] < 72.004


def test_input_is_not_changed_and_shape_kept() -> None:
    lon, lat = np.full((2, 3), 118.7), np.full((2, 3), 36.9)
    moved, _ = to_storage(lon, lat, Datum.BD09)
    assert moved.shape == (2, 3)
    assert (lon == 118.7).all()
    same, _ = to_storage(lon, lat, Datum.WGS84)
    same[:] = 0
    assert (lon == 118.7).all()


def test_names_and_epsg_codes() -> None:
    assert find_datum(" GCJ-02 ") is Datum.GCJ02
    assert find_datum("EPSG:4326") is Datum.WGS84
    assert find_datum("4490") is Datum.CGCS2000
    code = find_datum("EPSG:4548")
    assert code == 4548
    # 500 km east is the meridian of the zone: 117 degrees.
    lon, lat = to_storage([500000.0], [4000000.0], code)
    assert lon[0] == pytest.approx(117.0, abs=1e-9)
    assert 36 < lat[0] < 37
    for wrong in ("mars", "EPSG:1", "epsg:", ""):
        with pytest.raises(InputError):
            find_datum(wrong)


def test_geometries_move_vertex_by_vertex() -> None:
    moved = geometry_to_storage(COUNTY, Datum.GCJ02)
    back = shapely.transform(moved, lambda xy: np.column_stack(from_storage(xy[:, 0], xy[:, 1], Datum.GCJ02)))
    assert shapely.equals_exact(back, COUNTY, tolerance=1e-12)
    assert 300 < distance_m(tuple(moved.exterior.coords[0]), tuple(COUNTY.exterior.coords[0])) < 700  # type: ignore[arg-type]


def make_grids(cut: shapely.Geometry) -> list[shapely.Geometry]:
    cells = [
        shapely.box(x, y, x + 0.05, y + 0.05) for x in np.arange(118.4, 119, 0.05) for y in np.arange(36.6, 37.2, 0.05)
    ]
    pieces = [shapely.intersection(shapely.intersection(cell, COUNTY), cut) for cell in cells]
    return [piece for piece in pieces if piece.area > 0]


@pytest.mark.parametrize("true_datum", CANDIDATES)
@pytest.mark.parametrize(
    "cut", [shapely.box(118, 36, 119, 38), shapely.box(118.8, 36.7, 119, 37.1), shapely.box(118.45, 36.6, 118.62, 37.2)]
)
def test_wrong_label_is_found_for_a_county_and_for_a_part_of_it(true_datum: Datum, cut: shapely.Geometry) -> None:
    grids = np.array(make_grids(cut), dtype=object)
    labelled = shapely.transform(grids, lambda xy: np.column_stack(from_storage(xy[:, 0], xy[:, 1], true_datum)))
    fits = guess_datum(labelled, COUNTY)
    assert fits[0].datum == true_datum
    for declared in CANDIDATES:
        better = find_better_datum(fits, declared)
        assert (better.datum if better else declared) == true_datum
    as_wgs84 = find_better_datum(fits, Datum.WGS84)
    assert (as_wgs84.datum if as_wgs84 else Datum.CGCS2000) == true_datum


def test_generalised_outline_still_tells() -> None:
    ring = np.array(shapely.segmentize(COUNTY, 0.02).exterior.coords)[:-1]
    rough = shapely.Polygon(ring + np.random.default_rng(1).normal(0, 4e-4, ring.shape))
    fits = guess_datum(make_grids(shapely.box(118, 36, 119, 38)), shapely.make_valid(rough))
    assert find_better_datum(fits, Datum.CGCS2000) is None
    better = find_better_datum(fits, Datum.GCJ02)
    assert better is not None
    assert better.datum is Datum.CGCS2000


def test_a_file_well_inside_the_county_gives_no_verdict() -> None:
    inner = [shapely.box(118.68, 36.85, 118.72, 36.9)]
    fits = guess_datum(inner, COUNTY)
    assert all(find_better_datum(fits, declared) is None for declared in Datum)
    assert guess_datum([], COUNTY) == []
    assert find_better_datum([], Datum.WGS84) is None
