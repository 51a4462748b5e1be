"""Where incidents happen: pools of places for each kind of matter, with the small grid they are in."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely

from gridmap.demonstration.county import County
from gridmap.demonstration.plane import Flags, Floats, Geometries, Ints, Texts, make_lonlat, make_plane_geometries

KINDS = ("hamlet", "road", "river", "town", "field", "market")
_FIELD_POINTS_PER_GRID = 4
_ROAD_STEP_M = 350.0


@dataclass(frozen=True)
class Pool:
    """Places of one kind: lon/lat, index of the small grid (-1 in none) and cumulative weight up to 1."""

    lonlat: Floats
    grid: Ints
    share: Floats


@dataclass(frozen=True)
class Places:
    """All pools, the edge cases, and the names and centres that words and imprecise points are made of."""

    pools: tuple[Pool, ...]
    border: Pool
    outside: Pool
    grid_code: Texts
    village_of_grid: Ints
    village_name: Texts
    village_centre: Floats
    township_of_village: Ints
    township_code: Texts
    township_name: Texts
    township_centre: Floats
    county_centre: Floats


_made: WeakKeyDictionary[County, Places] = WeakKeyDictionary()


def find_places(county: County) -> Places:
    """Return the places of a county, made once for each county object (about a second), then at hand."""
    if county not in _made:
        _made[county] = _make_places(county)
    return _made[county]


def pick(pool: Pool, chance: Floats) -> Ints:
    """Turn chances in [0, 1) into indices of the pool by weight."""
    return np.minimum(np.searchsorted(pool.share, chance, side="right"), len(pool.share) - 1)


def _make_places(county: County) -> Places:
    rng = np.random.Generator(np.random.PCG64(len(county.addresses)))
    areas = county.areas
    small = areas.loc[areas["level"] == "small_grid"]
    villages = areas.loc[areas["level"] == "village"].reset_index(drop=True)
    towns = areas.loc[areas["level"] == "township"].reset_index(drop=True)
    shapes = np.asarray(small["geometry"].to_numpy())
    codes = small["code"].to_numpy(dtype=object)
    village_index = pd.Series(range(len(villages)), index=villages["code"])
    village_of_grid = village_index[small["code"].str[:12]].to_numpy()
    town_index = pd.Series(range(len(towns)), index=towns["code"])
    pools = _make_pools(county, rng, shapes, codes, (villages["kind"] == "community").to_numpy()[village_of_grid])
    return Places(
        pools,
        _make_border_pool(rng, shapes),
        _make_outside_pool(rng, areas.loc[areas["level"] == "county", "geometry"].iloc[0]),
        codes,
        village_of_grid,
        villages["name"].map(_shorten).to_numpy(dtype=object),
        _list_centres(villages["geometry"].to_numpy()),
        town_index[villages["parent_code"]].to_numpy(),
        towns["code"].to_numpy(dtype=object),
        towns["name"].to_numpy(dtype=object),
        _list_centres(towns["geometry"].to_numpy()),
        _list_centres(areas.loc[areas["level"] == "county", "geometry"].to_numpy())[0],
    )


def _shorten(name: str) -> str:
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if name.endswith(ending):
            bare = name.removesuffix(ending)
            return bare if ending[0] == "居" or bare.endswith("村") else bare + "村"
    return name


def _list_centres(shapes: Geometries) -> Floats:
    centres: Floats = np.round(shapely.get_coordinates(shapely.point_on_surface(shapes)), 6)
    return centres


def _make_pools(
    county: County, rng: np.random.Generator, shapes: Geometries, codes: Geometries, urban: Flags
) -> tuple[Pool, ...]:
    grid_index = pd.Series(range(len(codes)), index=codes)
    grid = grid_index[county.addresses["small_grid"]].to_numpy()
    homes = shapely.get_coordinates(county.addresses.geometry.to_numpy())
    weight = county.addresses["households"].to_numpy(dtype=np.float64)
    in_town = urban[grid] | (weight > 4)
    special = county.areas.loc[county.areas["level"] == "special_grid", "geometry"].to_numpy()
    market = _sample_inside(rng, special, 12)
    roads = make_plane_geometries(county.roads.geometry.to_numpy())
    rivers = make_plane_geometries(county.rivers.geometry.to_numpy())
    # The trunk and main roads see several times the traffic of a lane.
    rank = county.roads["class_name"].map({"trunk": 3.0, "main": 2.5, "lane": 0.6}).to_numpy(dtype=np.float64)
    road, of_road = _sample_along(rng, roads, aside_m=7.0)
    river, _ = _sample_along(rng, rivers, aside_m=70.0)
    field = _sample_inside(rng, shapes[~urban], _FIELD_POINTS_PER_GRID)
    located = {
        name: _locate(shapes, xy)
        for name, xy in (("road", road), ("river", river), ("field", field), ("market", market))
    }
    return (
        _make_pool(homes[~in_town], grid[~in_town], weight[~in_town]),
        _make_pool(road, located["road"], rank[of_road]),
        _make_pool(river, located["river"], np.ones(len(river))),
        _make_pool(homes[in_town], grid[in_town], weight[in_town]),
        _make_pool(field, located["field"], np.ones(len(field))),
        _make_pool(market, located["market"], np.ones(len(market))),
    )


def _make_pool(lonlat: Floats, grid: Ints, weight: Floats) -> Pool:
    inside = grid >= 0
    share = np.cumsum(weight[inside])
    return Pool(lonlat[inside], grid[inside], share / share[-1])


def _locate(shapes: Geometries, lonlat: Floats) -> Ints:
    """Return the grid that covers each point; on a shared border the lowest code, which is the lowest index."""
    points, grids = shapely.STRtree(shapes).query(shapely.points(lonlat), predicate="intersects")
    found = np.full(len(lonlat), len(shapes), dtype=np.int64)
    np.minimum.at(found, points, grids)
    return np.where(found == len(shapes), -1, found)


def _sample_inside(rng: np.random.Generator, shapes: Geometries, count: int) -> Floats:
    """Draw up to ``count`` random points inside each shape, by rejection from its box."""
    owner = np.repeat(np.arange(len(shapes)), count * 3)
    box = shapely.bounds(shapes)[owner]
    lonlat = np.round(box[:, :2] + rng.random((len(owner), 2)) * (box[:, 2:] - box[:, :2]), 7)
    shapely.prepare(shapes)
    inside = shapely.contains_xy(shapes[owner], lonlat[:, 0], lonlat[:, 1])
    kept: Floats = lonlat[inside & (np.arange(len(owner)) % 3 < 2)]
    return kept


def _sample_along(rng: np.random.Generator, lines: Geometries, *, aside_m: float) -> tuple[Floats, Ints]:
    count = np.maximum(1, shapely.length(lines) / _ROAD_STEP_M).astype(np.int64)
    owner = np.repeat(np.arange(len(lines)), count)
    points = shapely.line_interpolate_point(lines[owner], rng.random(len(owner)), normalized=True)
    xy = shapely.get_coordinates(points) + rng.uniform(-aside_m, aside_m, (len(owner), 2))
    return make_lonlat(xy), owner


def _make_border_pool(rng: np.random.Generator, shapes: Geometries) -> Pool:
    """Points that lie exactly on borders: vertices, among them corners of three grids, as stored."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    unique, first, inverse = np.unique(coordinates, axis=0, return_index=True, return_inverse=True)
    grids = np.bincount(inverse.ravel(), minlength=len(unique))
    shared = np.flatnonzero(grids >= 2)
    chosen = np.sort(rng.choice(shared, min(600, len(shared)), replace=False))
    # ``first`` is the first occurrence in grid order: the lowest index, and grids are sorted by code.
    lowest = owner[first[chosen]]
    weight = np.where(grids[chosen] >= 4, 3.0, 1.0)
    return _make_pool(unique[chosen], lowest, weight)


def _make_outside_pool(rng: np.random.Generator, county: Any) -> Pool:
    ring = shapely.boundary(shapely.buffer(county, 0.03, quad_segs=3))
    points = shapely.line_interpolate_point(ring, rng.random(80), normalized=True)
    lonlat = np.round(shapely.get_coordinates(points), 6)
    return Pool(lonlat, np.full(len(lonlat), -1, dtype=np.int64), np.arange(1, len(lonlat) + 1) / len(lonlat))
