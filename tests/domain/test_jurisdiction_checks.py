"""Overlaps and gaps of jurisdictions, against areas known by construction."""

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely.geometry import Polygon, box

from gridmap.domain.jurisdiction_checks import (
    JurisdictionFinding,
    JurisdictionFindingKind,
    StandIn,
    list_jurisdiction_findings,
)

METRES = CRS.from_epsg(4548)
X, Y = 500_000.0, 4_000_000.0


def square(west_km: float, south_km: float, east_km: float, north_km: float) -> Polygon:
    return box(X + west_km * 1000, Y + south_km * 1000, X + east_km * 1000, Y + north_km * 1000)


def check(rows: list[tuple[str, str, str, Polygon]], county: Polygon | None) -> list[JurisdictionFinding]:
    frame = gpd.GeoDataFrame(
        [row[:3] for row in rows],
        columns=["code", "unit_code", "unit_type"],
        geometry=[row[3] for row in rows],
        crs=METRES,
    ).to_crs("EPSG:4490")
    outline = None if county is None else gpd.GeoSeries([county], crs=METRES).to_crs("EPSG:4490").iloc[0]
    return list_jurisdiction_findings(frame, outline, stand_ins={"police": StandIn.COUNTY}, measure_crs=METRES)


def test_overlaps_and_gaps_by_type_in_km2() -> None:
    rows = [
        ("J1", "U1", "police", square(0, 0, 6, 10)),
        ("J2", "U2", "police", square(5, 0, 10, 8)),
        ("J3", "U3", "river", square(0, 0, 10, 1)),
        ("J4", "U1", "police", square(0, 0, 1, 1)),  # of the same unit as J1: no overlap
    ]
    found = check(rows, square(0, 0, 10, 10))
    said = [(one.kind, one.unit_type, one.codes, round(one.area_km2, 3), one.parts, one.stand_in) for one in found]
    assert said == [
        ("overlap", "police", ("J1", "J2"), 8.0, 1, None),
        ("gap", "river", (), 90.0, 1, StandIn.NOBODY),
        ("gap", "police", (), 8.0, 1, StandIn.COUNTY),
    ]
    inside = gpd.GeoSeries(gpd.points_from_xy([found[0].lon], [found[0].lat]), crs="EPSG:4490").to_crs(METRES).iloc[0]
    assert square(5, 0, 6, 8).contains(inside)


def test_a_common_border_is_no_overlap_and_two_gaps_are_told_together() -> None:
    rows = [("J1", "U1", "police", square(1, 0, 2, 1)), ("J2", "U2", "police", square(2, 0, 3, 1))]
    found = check(rows, square(0, 0, 5, 1))
    assert [(one.kind, one.parts) for one in found] == [("gap", 2)]
    assert found[0].area_km2 == pytest.approx(3.0, abs=1e-3)


def test_without_an_outline_or_jurisdictions_there_are_no_gaps() -> None:
    assert check([("J1", "U1", "police", square(0, 0, 1, 1))], None) == []
    empty = gpd.GeoDataFrame({"code": [], "unit_code": [], "unit_type": []}, geometry=[], crs="EPSG:4490")
    assert list_jurisdiction_findings(empty, box(0, 0, 1, 1), stand_ins={}, measure_crs=METRES) == []


def test_json_has_the_documented_keys() -> None:
    one = JurisdictionFinding(JurisdictionFindingKind.GAP, "police", (), (), 1.23456789, 2, 118.123456789, 36.9, None)
    assert one.as_json() == {
        "kind": "gap",
        "unit_type": "police",
        "codes": [],
        "unit_codes": [],
        "area_km2": 1.234568,
        "parts": 2,
        "lon": 118.1234568,
        "lat": 36.9,
        "stand_in": None,
    }
