"""What holds for a county of any size: exact tiling, codes, addresses, determinism."""

import hashlib
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridmap.demonstration import County, make_county
from gridmap.errors import InputError

LEVELS = ("county", "township", "village", "large_grid", "small_grid")


def hash_county(county: County) -> str:
    """Hash every table, geometry by its exact bytes."""
    digest = hashlib.sha256()
    for table in vars(county).values():
        if isinstance(table, gpd.GeoDataFrame):
            digest.update(b"".join(shapely.to_wkb(table.geometry.to_numpy())))
            table = pd.DataFrame(table.drop(columns="geometry"))
        digest.update(table.to_csv().encode())
    return digest.hexdigest()


def list_level(county: County, level: str) -> gpd.GeoDataFrame:
    return county.areas[county.areas["level"] == level]


def test_same_seed_gives_the_same_county_to_the_byte(small_county: County, data_dir: Path) -> None:
    assert hash_county(make_county(data_dir, townships=2)) == hash_county(small_county)


def test_another_seed_gives_another_county(small_county: County, data_dir: Path) -> None:
    other = make_county(data_dir, townships=2, seed=5)
    assert hash_county(other) != hash_county(small_county)
    check_tiling(other)


def check_tiling(county: County) -> None:
    """Every level tiles its parents exactly, measured by shapely's coverage test and by the areas of the parents."""
    for parent_level, level in pairwise(LEVELS):
        parents, children = list_level(county, parent_level), list_level(county, level)
        shapes = children.geometry.to_numpy()
        assert shapely.is_valid(shapes).all(), level
        assert (shapely.get_num_geometries(shapes) == 1).all(), f"{level} in several parts"
        assert shapely.coverage_is_valid(shapely.get_parts(shapes)), level
        assert children["code"].is_unique
        assert set(children["parent_code"]) == set(parents["code"])
        own = children.groupby("parent_code")
        joined = own["geometry"].agg(lambda group: shapely.coverage_union_all(group.to_numpy()))
        outline = parents.set_index("code").geometry[joined.index]
        gap = shapely.area(shapely.symmetric_difference(np.asarray(joined), outline.to_numpy()))
        assert gap.max() < 1e-12, f"{level} does not tile {parent_level}"
        np.testing.assert_array_equal(own["households"].sum(), parents.set_index("code")["households"][joined.index])


def test_every_level_tiles_the_one_above(small_county: County) -> None:
    check_tiling(small_county)


def test_the_tiling_check_finds_a_moved_vertex(small_county: County) -> None:
    areas = small_county.areas.copy()
    row = areas.index[areas["level"] == "small_grid"][10]
    ring = shapely.get_coordinates(areas.geometry[row])
    ring[1] += 2e-7
    ring[-1] = ring[0]
    shapes = areas.geometry.to_numpy().copy()
    shapes[row] = shapely.MultiPolygon([shapely.Polygon(ring)])
    broken = County(**{**vars(small_county), "areas": areas.set_geometry(gpd.GeoSeries(shapes, crs=areas.crs))})
    with pytest.raises(AssertionError):
        check_tiling(broken)


def test_coordinates_are_stored_on_the_grid(small_county: County) -> None:
    coordinates = shapely.get_coordinates(small_county.areas.geometry.to_numpy())
    # But the few that rounding would bring beyond another border: exact tiling goes before.
    assert (coordinates == np.round(coordinates, 7)).all(axis=1).mean() > 0.995


def test_every_address_is_strictly_inside_its_small_grid(small_county: County) -> None:
    grids = list_level(small_county, "small_grid").set_index("code").geometry
    shapes = grids[small_county.addresses["small_grid"]].to_numpy()
    assert shapely.contains_properly(shapes, small_county.addresses.geometry.to_numpy()).all()
    counted = small_county.addresses.groupby("small_grid")["households"].sum()
    stated = list_level(small_county, "small_grid").set_index("code")["households"]
    np.testing.assert_array_equal(counted.reindex(stated.index, fill_value=0), stated)


def test_grid_codes_follow_the_scheme(small_county: County) -> None:
    small, large = list_level(small_county, "small_grid"), list_level(small_county, "large_grid")
    assert small["code"].str.fullmatch(r"\d{15}").all()
    assert large["code"].str.fullmatch(r"\d{12}D\d{2}").all()
    for grids, start in ((small, 12), (large, 13)):
        numbers = grids["code"].str[start:].astype(int).groupby(grids["code"].str[:12])
        assert (numbers.min() == 1).all()
        assert (numbers.max() == numbers.size()).all()
        # The first of a village lies in its northern part.
        middle = pd.Series(shapely.get_y(shapely.centroid(grids.geometry.to_numpy())), index=grids.index)
        first = middle[grids["code"].str[start:].astype(int) == 1]
        village = grids["code"].str[:12]
        assert (
            first.to_numpy() >= middle.groupby(village).mean()[village[first.index]].to_numpy() - 0.004
        ).mean() > 0.95


def test_special_grids_lie_inside_an_ordinary_one(small_county: County) -> None:
    special = list_level(small_county, "special_grid")
    around = list_level(small_county, "small_grid").set_index("code").geometry[special["parent_code"]]
    assert len(special) >= 2
    assert (special["code"] == special["parent_code"] + "XN01").all()
    assert shapely.contains_properly(around.to_numpy(), special.geometry.to_numpy()).all()


def test_progress_rises_to_one(data_dir: Path) -> None:
    told: list[float] = []
    make_county(data_dir, townships=1, progress=lambda _text, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_missing_inputs_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"townships\.csv"):
        make_county(tmp_path)
