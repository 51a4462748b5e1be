"""Jurisdictions: where units act. They overlap, leave gaps, and do not always follow the townships."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.linework import Line
from gridmap.demonstration.plane import (
    DEGREE_GRID,
    Floats,
    Geometries,
    Ints,
    make_lonlat_geometries,
    make_plane_geometries,
    make_plane_xy,
)
from gridmap.demonstration.townships import CITY_LONLAT, Sites, find_seats
from gridmap.demonstration.units import RIVER_SECTIONS

_RIVER_REACH_M = 220.0
_SHORTEST_SECTION_M = 2500.0
_POLICE_REACH_M = 8200.0


def list_river_townships(inputs: Inputs, rivers: list[Line], townships: Geometries) -> list[tuple[str, str]]:
    """List the (river, township code) pairs where a managed river runs far enough to have a section of its own."""
    pairs = []
    for river in RIVER_SECTIONS:
        course = shapely.union_all([line.geometry for line in rivers if line.name == river])
        length = shapely.length(shapely.intersection(course, make_plane_geometries(townships)))
        pairs += [
            (river, str(code))
            for code, m in zip(inputs.townships["code"], length, strict=True)
            if m > _SHORTEST_SECTION_M
        ]
    return pairs


def make_jurisdictions(
    inputs: Inputs, sites: Sites, rivers: list[Line], areas: gpd.GeoDataFrame, units: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Draw the jurisdictions (EPSG:4490, MultiPolygon) of the squads, police stations, river sections and zones."""
    villages = areas.loc[areas["level"] == "village", "geometry"].to_numpy()
    townships = areas.loc[areas["level"] == "township", "geometry"].to_numpy()
    county = areas.loc[areas["level"] == "county", "geometry"].iloc[0]
    plane_county = make_plane_geometries(np.asarray([county]))[0]
    rows: list[tuple[str, str, str, Any]] = []
    for index, code in enumerate(inputs.townships["code"]):
        rows.append((f"{code}Z", "enforcement", f"{inputs.townships['name'][index]}执法辖区", townships[index]))
    rows += _make_police(inputs, sites, villages)
    for unit in units.loc[units["unit_type"] == "river_section"].itertuples(index=False):
        course = shapely.union_all([line.geometry for line in rivers if str(unit.name).startswith(line.name)])
        town = townships[list(inputs.townships["code"]).index(unit.township_code)]
        reach = shapely.buffer(course, _RIVER_REACH_M, quad_segs=2).simplify(6.0)
        plane_town = make_plane_geometries(np.asarray([town]))[0]
        rows.append(
            (str(unit.code), "river", str(unit.short_name), _to_stored(shapely.intersection(reach, plane_town)))
        )
    city = make_plane_xy(np.asarray([CITY_LONLAT]))[0]
    rows += _make_zones(units, rivers, plane_county, city)
    rows = [row for row in rows if row[0] in set(units["code"]) and not row[3].is_empty]
    frame = pd.DataFrame([(f"J{n:03d}", name, kind, unit) for n, (unit, kind, name, _) in enumerate(rows, start=1)])
    frame.columns = pd.Index(["code", "name", "kind", "unit_code"])
    return gpd.GeoDataFrame(frame, geometry=[_only_polygons(row[3]) for row in rows], crs=areas.crs)


def _make_police(inputs: Inputs, sites: Sites, villages: Geometries) -> list[tuple[str, str, str, Any]]:
    """Give each village to the nearest station, whatever its township; what is too far from all of them stays a gap."""
    seats, _ = find_seats(inputs.townships)
    # Stations stand a little off the seat, so that their borders part from the townships'.
    stations = seats + np.column_stack(
        (900.0 * np.cos(np.arange(len(seats)) * 2.1), 900.0 * np.sin(np.arange(len(seats)) * 2.1))
    )
    distance, nearest = cKDTree(stations).query(sites.xy)
    nearest = np.where(distance < _POLICE_REACH_M, nearest, -1)
    rows = []
    for index, code in enumerate(inputs.townships["code"]):
        own: Ints = np.flatnonzero(nearest == index)
        if len(own):
            rows.append(
                (
                    f"{code}P",
                    "police",
                    f"{inputs.townships['name'][index]}派出所辖区",
                    shapely.coverage_union_all(villages[own]),
                )
            )
    return rows


def _make_zones(units: pd.DataFrame, rivers: list[Line], county: Any, city: Floats) -> list[tuple[str, str, str, Any]]:
    code = units.drop_duplicates("unit_type").set_index("unit_type")["code"]
    squads = units.loc[(units["unit_type"] == "enforcement") & units["code"].str.contains("S"), "code"].tolist()
    x, y = city
    mihe = shapely.union_all([line.geometry for line in rivers if line.name == "弥河"])
    shapes = [
        (squads[0], "enforcement", "中心城区执法辖区", _make_ring(x, y, 4300.0, 3600.0, 0.10)),
        (
            squads[1],
            "enforcement",
            "弥河沿岸执法辖区",
            mihe.buffer(800.0, quad_segs=3).simplify(15.0) & shapely.box(-1e5, y - 9000.0, 1e5, y + 9000.0),
        ),
        (squads[2], "enforcement", "商贸市场执法辖区", _make_ring(x - 6200.0, y - 900.0, 2600.0, 2100.0, 0.18)),
        (
            str(code["development_zone"]),
            "development_zone",
            "经济开发区",
            _make_ring(x + 7800.0, y + 2700.0, 2900.0, 2300.0, 0.05),
        ),
        (str(code["port_zone"]), "port", "滨海港区", _make_ring(x + 8900.0, y + 40_600.0, 9500.0, 5200.0, 0.08)),
        (str(code["heating"]), "heating", "集中供热范围", _make_ring(x + 1500.0, y + 200.0, 6900.0, 4800.0, 0.07)),
    ]
    return [(unit, kind, name, _to_stored(shapely.intersection(shape, county))) for unit, kind, name, shape in shapes]


def _make_ring(x: float, y: float, half_x: float, half_y: float, wobble: float) -> shapely.Polygon:
    turn = np.linspace(0.0, 2.0 * np.pi, 37)[:-1]
    # A rounded rectangle: zones are drawn along streets, not with compasses.
    rim = (np.abs(np.cos(turn)) ** 5 + np.abs(np.sin(turn)) ** 5) ** -0.2 * (
        1.0 + wobble * np.sin(turn * 5.0 + x / 1000.0)
    )
    return shapely.Polygon(np.column_stack((x + half_x * rim * np.cos(turn), y + half_y * rim * np.sin(turn))))


def _to_stored(shape: Any) -> Any:
    moved = make_lonlat_geometries(np.asarray([shape]))[0]
    return shapely.transform(shapely.set_precision(moved, DEGREE_GRID), lambda c: np.round(c, 7))


def _only_polygons(shape: Any) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(
        [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0.0]
    )
