"""Parents of areas: by geometry, by recorded code, by recorded name."""

import re
from collections import defaultdict
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

# What is written after the name proper, or left out: 灵隐 and 灵隐街道 are one township.
_SUFFIX = re.compile(
    r"(街道办事处|街道|地区办事处|镇|乡|社区居民委员会|居民委员会|村民委员会|社区居委会|居委会|村委会|社区|村)$"
)


def find_parents_by_geometry(children: gpd.GeoDataFrame, parents: gpd.GeoDataFrame) -> pd.Series:
    """Find for each area the code of the parent that holds its representative point.

    On a shared border the lower code wins, as for incidents.

    Parameters
    ----------
    children, parents
        Polygons in one CRS; parents with column code.

    Returns
    -------
    Series
        Codes (object) with the index of children; None where no parent holds the point.
    """
    found = np.full(len(children), None, dtype=object)
    if len(children) and len(parents):
        ordered = parents.sort_values("code", ascending=False)
        codes = ordered["code"].to_numpy()
        points = shapely.point_on_surface(children.geometry.to_numpy())
        child, parent = shapely.STRtree(ordered.geometry.to_numpy()).query(points, predicate="intersects")
        # Assigned in falling order of codes, so that the lowest is the one that stays.
        order = np.argsort(parent, kind="stable")
        found[child[order]] = codes[parent[order]]
    return pd.Series(found, index=children.index, dtype=object)


def find_codes_by_name(recorded: Iterable[str], parents: pd.DataFrame) -> list[str]:
    """Find the code that each recorded parent name means; a name that none or several bear stays as it is written.

    Compared as written first, then without endings such as 街道, 镇, 社区, 村.

    Parameters
    ----------
    recorded
        Names, empty where none is recorded.
    parents
        Columns code and name.
    """
    by_name: dict[str, set[str]] = defaultdict(set)
    by_stem: dict[str, set[str]] = defaultdict(set)
    for code, name in zip(parents["code"], parents["name"], strict=True):
        by_name[str(name)].add(str(code))
        by_stem[make_stem(str(name))].add(str(code))
    return [_find_code(name, by_name, by_stem) for name in recorded]


def make_stem(name: str) -> str:
    """Make the name without its ending, unless nothing would be left of it."""
    stem = _SUFFIX.sub("", name)
    return stem or name


def _find_code(name: str, by_name: dict[str, set[str]], by_stem: dict[str, set[str]]) -> str:
    if not name:
        return ""
    # The ending may be missing on either side, and be part of the name proper: 蒋村 is 蒋村街道, not 蒋.
    stem = make_stem(name)
    for codes in (by_name.get(name), by_name.get(stem), by_stem.get(name), by_stem.get(stem)):
        if codes:
            return next(iter(codes)) if len(codes) == 1 else name
    return name
