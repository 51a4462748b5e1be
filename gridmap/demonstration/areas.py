"""Dissolve the faces into the areas of every level and give them codes, names, households and teams."""

from collections.abc import Iterable
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.demonstration.grids import Grids
from gridmap.demonstration.ground import Ground
from gridmap.demonstration.inputs import COUNTY_CODE, COUNTY_NAME, Inputs
from gridmap.demonstration.plane import Flags, Geometries, Ints

CRS = "EPSG:4490"
COLUMNS = (
    "level",
    "kind",
    "code",
    "name",
    "parent_code",
    "households",
    "team_secretary",
    "team_worker",
    "team_assistants",
    "geometry",
)


def dissolve(geometries: Geometries, label: Ints, count: int) -> Geometries:
    """Join the polygons of each label; they must form a valid coverage. Returns one geometry per label."""
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(count + 1))
    joined = [shapely.coverage_union_all(geometries[order[a:b]]) for a, b in pairwise(bounds)]
    # The union of an edge-connected set is one polygon; it comes wrapped as a collection or a multipolygon of one.
    return np.asarray([part.geoms[0] if hasattr(part, "geoms") and len(part.geoms) == 1 else part for part in joined])


def make_areas(rng: np.random.Generator, inputs: Inputs, ground: Ground, grids: Grids) -> gpd.GeoDataFrame:
    """Return all areas, county first, with MultiPolygon geometry in EPSG:4490.

    Every level is dissolved from the level below it, so that all levels share their vertices exactly.
    """
    small = grids.small
    large = dissolve(small, grids.small_large, len(grids.large_village))
    villages = dissolve(large, grids.large_village, len(inputs.villages))
    townships = dissolve(villages, ground.sites.township, len(inputs.townships))
    county = dissolve(townships, np.zeros(len(townships), dtype=np.int64), 1)
    small_village = grids.large_village[grids.small_large]
    codes, places = inputs.villages["code"].to_numpy(), inputs.villages["place"].to_numpy()
    split = np.bincount(grids.large_village, minlength=len(codes)) > 1
    large_code = [f"{codes[v]}D{n:02d}" for v, n in zip(grids.large_village, grids.large_number, strict=True)]
    large_name = [
        f"{places[v]}第{n}网格" if split[v] else f"{places[v]}网格"
        for v, n in zip(grids.large_village, grids.large_number, strict=True)
    ]
    small_code = [f"{codes[v]}{n:03d}" for v, n in zip(small_village, grids.small_number, strict=True)]
    small_name = [f"{places[v]}第{n}微网格" for v, n in zip(small_village, grids.small_number, strict=True)]
    households = grids.small_households
    large_households = np.bincount(grids.small_large, households, len(large)).astype(np.int64)
    village_households = np.bincount(grids.large_village, large_households, len(villages)).astype(np.int64)
    town_households = np.bincount(ground.sites.township, village_households, len(townships)).astype(np.int64)
    town = inputs.townships
    frames = [
        _frame("county", "county", [COUNTY_CODE], [COUNTY_NAME], [""], [int(households.sum())], county),
        _frame(
            "township",
            town["name"].map(_find_township_kind),
            town["code"],
            town["name"],
            town["parent_code"],
            town_households,
            townships,
        ),
        _frame(
            "village",
            inputs.villages["kind"],
            codes,
            inputs.villages["name"],
            inputs.villages["parent_code"],
            village_households,
            villages,
        ),
        _frame(
            "large_grid", "", large_code, large_name, codes[grids.large_village], large_households, large
        ).sort_values("code"),
        _frame(
            "small_grid", "", small_code, small_name, np.asarray(large_code)[grids.small_large], households, small
        ).sort_values("code"),
    ]
    frames[4] = _set_teams(rng, frames[4], assistants=1.12)
    frames[3] = _set_teams(rng, frames[3], assistants=2.0)
    frames.append(_make_special_grids(rng, frames[4]))
    table = pd.concat(frames, ignore_index=True)
    areas = gpd.GeoDataFrame(table, geometry=_wrap(table["geometry"].to_numpy()), crs=CRS)
    return areas[list(COLUMNS)]


def _frame(
    level: str,
    kind: str | Iterable[str],
    code: Iterable[str],
    name: Iterable[str],
    parent: Iterable[str],
    households: Iterable[int],
    shapes: Geometries,
) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"code": list(code), "name": list(name), "parent_code": list(parent), "households": list(households)}
    )
    frame.insert(0, "kind", kind if isinstance(kind, str) else list(kind))
    frame.insert(0, "level", level)
    frame["team_secretary"], frame["team_worker"], frame["team_assistants"] = False, False, 0
    frame["geometry"] = shapes
    return frame


def _find_township_kind(name: str) -> str:
    return "street" if name.endswith("街道") else "town" if name.endswith("镇") else "park"


def _set_teams(rng: np.random.Generator, grids: pd.DataFrame, *, assistants: float) -> pd.DataFrame:
    """Staff the grids "1+1+N"; vacancies are commoner in some townships than in others."""
    township = grids["code"].str[:9]
    vacancy = township.map(
        dict(zip(sorted(set(township)), rng.uniform(0.01, 0.09, township.nunique()), strict=True))
    ).to_numpy(float)
    grids["team_secretary"] = rng.random(len(grids)) > vacancy * 0.3
    grids["team_worker"] = rng.random(len(grids)) > vacancy
    grids["team_assistants"] = np.where(
        rng.random(len(grids)) < vacancy, 0, 1 + rng.poisson(assistants - 1.0, len(grids))
    )
    return grids


def _make_special_grids(rng: np.random.Generator, small: pd.DataFrame) -> pd.DataFrame:
    """Lay a market, a school or a park inside one small grid in about eighty: a rectangle wholly inside its grid."""
    chosen = small.iloc[np.sort(rng.choice(len(small), max(2, len(small) // 80), replace=False))]
    shapes = np.asarray(chosen["geometry"].to_numpy())
    circle = shapely.maximum_inscribed_circle(shapes, tolerance=1e-5)
    middle, radius = shapely.get_coordinates(circle)[::2], shapely.length(circle)
    half = np.column_stack((radius * 0.62, radius * 0.5))
    boxes: Geometries = np.asarray(
        shapely.transform(shapely.box(*(middle - half).T, *(middle + half).T), lambda c: np.round(c, 7))
    )
    inside: Flags = shapely.contains_properly(shapes, boxes)
    what = rng.choice(["市场", "学校", "公园"], len(chosen))
    place = chosen["name"].str.replace(r"第\d+微网格$", "", regex=True)
    frame = _frame(
        "special_grid",
        "",
        chosen["code"] + "XN01",
        place + what + "专属网格",
        chosen["code"],
        np.zeros(len(chosen), dtype=np.int64),
        boxes,
    )
    return frame[inside]


def _wrap(shapes: Geometries) -> Geometries:
    wrapped = [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in shapes]
    return np.asarray(wrapped)
