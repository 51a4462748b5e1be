"""The county of the demonstration against the published proportions, its units and its list."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.demonstration import County


def list_level(county: County, level: str) -> gpd.GeoDataFrame:
    return county.areas[county.areas["level"] == level]


@pytest.mark.parametrize(
    ("level", "published", "tolerance"),
    [("township", 15, 0), ("village", 1013, 0), ("large_grid", 1313, 0), ("small_grid", 3917, 120)],
)
def test_counts_are_near_the_published_ones(whole_county: County, level: str, published: int, tolerance: int) -> None:
    assert abs(len(list_level(whole_county, level)) - published) <= tolerance


def test_households_are_near_the_published_ones(whole_county: County) -> None:
    assert whole_county.addresses["households"].sum() == pytest.approx(392_000, rel=0.03)
    assert 250_000 <= len(whole_county.addresses) <= 350_000
    size = list_level(whole_county, "small_grid")["households"]
    assert size.median() == pytest.approx(100, abs=4)
    assert size.between(80, 120).mean() > 0.85
    assert size.between(60, 150).mean() > 0.97


def test_villages_keep_their_real_names_and_codes(whole_county: County, data_dir: object) -> None:
    real = pd.read_csv(f"{data_dir}/villages.csv", dtype=str).set_index("code")
    made = list_level(whole_county, "village").set_index("code")
    assert made["name"].to_dict() == real["name"].to_dict()
    assert made["parent_code"].to_dict() == real["parent_code"].to_dict()


@pytest.mark.parametrize("level", ["township", "village", "large_grid", "small_grid"])
def test_each_level_is_an_exact_coverage_of_the_county(whole_county: County, level: str) -> None:
    shapes = list_level(whole_county, level).geometry.to_numpy()
    parts = shapely.get_parts(shapes)
    assert len(parts) == len(shapes)
    assert shapely.is_valid(parts).all()
    assert shapely.coverage_is_valid(parts)
    county = list_level(whole_county, "county").geometry.iloc[0]
    assert shapely.get_num_interior_rings(shapely.get_parts(county)).sum() == 0
    assert abs(shapely.area(parts).sum() - county.area) < 1e-9


def test_the_outline_is_the_real_one(whole_county: County, data_dir: object) -> None:
    real = gpd.read_file(f"{data_dir}/outline.geojson").geometry.iloc[0]
    made = list_level(whole_county, "county").geometry.iloc[0]
    # Only vertices on straight lines may go, and coordinates are rounded to about 1 cm.
    assert shapely.hausdorff_distance(real, made) < 5e-5
    assert shapely.area(shapely.symmetric_difference(real, made)) < 1e-6 * real.area


def test_borders_are_neither_bare_nor_overloaded(whole_county: County) -> None:
    vertices = shapely.get_num_coordinates(list_level(whole_county, "small_grid").geometry.to_numpy())
    # Between the straight borders of the grids lie the field edges of the village.
    assert 8 <= np.median(vertices) <= 30


def test_houses_are_clustered(whole_county: County) -> None:
    """Half of the households live on less than a twentieth of the land: villages and a town, not a noise map."""
    points = shapely.get_coordinates(whole_county.addresses.geometry.to_numpy())
    cell = np.floor(points / (0.0022, 0.0018)).astype(np.int64)
    _, index = np.unique(cell, axis=0, return_inverse=True)
    weight = np.sort(np.bincount(index.ravel(), whole_county.addresses["households"]))[::-1]
    cells_to_half = int(np.searchsorted(np.cumsum(weight), weight.sum() / 2)) + 1
    cells_in_county = list_level(whole_county, "county").geometry.iloc[0].area / (0.0022 * 0.0018)
    assert cells_to_half / cells_in_county < 0.05


def test_units_are_whole_and_distinct(whole_county: County) -> None:
    units = whole_county.units
    assert 100 <= len(units) <= 125
    for column in ("code", "letter", "colour_slot", "name"):
        assert units[column].is_unique, column
    assert units["letter"].str.fullmatch("[A-Z0-9]{1,3}").all()
    assert set(units["level"]) == {"county", "township"}
    towns = set(list_level(whole_county, "township")["code"])
    for kind in ("township", "township_enforcement", "police"):
        assert set(units.loc[units["unit_type"] == kind, "township_code"]) == towns


def test_every_item_has_a_lead_that_exists_and_one_limit(whole_county: County) -> None:
    items = whole_county.items
    assert len(items) >= 60
    assert items["code"].is_unique
    assert items["name"].is_unique
    kinds = set(whole_county.units["unit_type"])
    assert set(items["lead_unit_type"]) <= kinds
    assert set(items["assisting_unit_types"].str.split(";").explode()) - {""} <= kinds
    assert ((items["working_days"] > 0) ^ (items["working_hours"] > 0)).all()
    assert {1, 3, 5} <= set(items["working_days"])
    assert {2, 4} <= set(items["working_hours"])
    assert len(set(items["lead_unit_type"])) >= 20


def test_jurisdictions_overlap_leave_gaps_and_part_from_the_townships(whole_county: County) -> None:
    table = whole_county.jurisdictions
    assert shapely.is_valid(table.geometry.to_numpy()).all()
    assert set(table["unit_code"]) <= set(whole_county.units["code"])
    assert {"police", "enforcement", "river", "development_zone"} <= set(table["kind"])
    county = list_level(whole_county, "county").geometry.iloc[0]
    assert shapely.area(shapely.difference(table.geometry.to_numpy(), county)).max() < 1e-9
    police = table[table["kind"] == "police"].geometry.to_numpy()
    assert shapely.union_all(police).area < 0.97 * county.area
    towns = list_level(whole_county, "township").geometry.to_numpy()
    assert not any(shapely.equals(police[:, None], towns[None, :]).ravel())
    enforcement = table[table["kind"] == "enforcement"].geometry.to_numpy()
    assert shapely.area(enforcement).sum() > shapely.union_all(enforcement).area * 1.01
