"""All checks of one level of areas, as findings."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridmap.domain.areas import HOUSEHOLD_BANDS, AreaLevel
from gridmap.domain.coverage import Piece, find_gaps, find_overlaps, find_uncovered
from gridmap.domain.findings import Finding, FindingKind
from gridmap.domain.parents import find_parents_by_geometry

Step = Callable[[str], None]


def list_findings(
    areas: gpd.GeoDataFrame,
    parents: gpd.GeoDataFrame | None,
    *,
    level: AreaLevel,
    measure_crs: CRS,
    step: Step | None = None,
) -> list[Finding]:
    """List what is wrong with the areas of one level, the gravest kind first and the largest first.

    Parameters
    ----------
    areas
        Columns code, name, parent_code, households and polygons in EPSG:4490. Not changed.
    parents
        The same for the level above; None for the coarsest level.
    measure_crs
        In metres.
    step
        Called with the name of each step as it starts.
    """
    say = step or (lambda _name: None)
    found: list[Finding] = []
    say("overlaps")
    overlaps = find_overlaps(areas, measure_crs=measure_crs)
    found += [_make_piece_finding(FindingKind.OVERLAP, level, piece) for piece in overlaps]
    if level is not AreaLevel.SPECIAL_GRID:
        # Special grids lie here and there inside others: they are not meant to cover anything.
        say("gaps")
        gaps = find_gaps(areas, measure_crs=measure_crs)
        found += [_make_piece_finding(FindingKind.GAP, level, piece) for piece in gaps]
        if parents is not None:
            say("cover of the parents")
            for piece in find_uncovered(areas, parents, gaps, measure_crs=measure_crs):
                found.append(_make_piece_finding(FindingKind.PARENT_NOT_COVERED, level, piece))
    say("parents, names, households")
    if parents is not None:
        found += _list_parent_findings(areas, parents, level)
    found += _list_name_findings(areas, parents, level)
    found += _list_household_findings(areas, level)
    found += _list_multipart_findings(areas, level, measure_crs)
    order = list(FindingKind)
    return sorted(found, key=lambda finding: (order.index(finding.kind), -(finding.area_m2 or 0), finding.codes))


def _make_piece_finding(kind: FindingKind, level: AreaLevel, piece: Piece) -> Finding:
    said = {
        FindingKind.OVERLAP: "land of two areas",
        FindingKind.GAP: "enclosed land of no area",
        FindingKind.PARENT_NOT_COVERED: "land of the parent that no area covers",
    }[kind]
    # What a parent lacks is told per parent, and stays what it is even when it is thin.
    if piece.is_sliver and kind is not FindingKind.PARENT_NOT_COVERED:
        said, kind = f"{kind}, {piece.width_m:.1f} m wide", FindingKind.SLIVER
    return Finding(kind, level, piece.codes, piece.area_m2, piece.lon, piece.lat, said)


def _list_parent_findings(areas: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, level: AreaLevel) -> list[Finding]:
    by_geometry = find_parents_by_geometry(areas, parents)
    known = set(parents["code"])
    found = []
    points = shapely.point_on_surface(areas.geometry.to_numpy())
    rows = zip(areas["code"], areas["parent_code"], by_geometry, points, strict=True)
    for code, recorded, geometric, point in rows:
        if recorded and recorded not in known:
            kind, said = (
                FindingKind.ORPHAN,
                f"recorded parent {recorded} does not exist; by geometry {geometric or 'none'}",
            )
        elif not recorded and not geometric:
            kind, said = FindingKind.ORPHAN, "no recorded parent, and none holds its representative point"
        elif recorded and recorded != geometric:
            kind, said = FindingKind.PARENT_DIFFERS, f"recorded {recorded}, by geometry {geometric or 'none'}"
        else:
            continue
        found.append(Finding(kind, level, (str(code),), None, point.x, point.y, said))
    return found


def _list_name_findings(areas: gpd.GeoDataFrame, parents: gpd.GeoDataFrame | None, level: AreaLevel) -> list[Finding]:
    parent = areas["parent_code"].astype(object)
    if parents is not None:
        parent = parent.where(parent.notna() & (parent != ""), find_parents_by_geometry(areas, parents))
    keyed = areas.assign(parent_key=parent.where(parent.notna(), ""))
    repeated = keyed[keyed.duplicated(["parent_key", "name"], keep=False)]
    found = []
    for (within, name), group in repeated.groupby(["parent_key", "name"], sort=True):
        point = shapely.point_on_surface(group.geometry.iloc[0])
        codes = tuple(sorted(str(code) for code in group["code"]))
        said = f"{name}: {len(codes)} areas of one name in {within or 'the whole'}"
        found.append(Finding(FindingKind.DUPLICATE_NAME, level, codes, None, point.x, point.y, said))
    return found


def _list_household_findings(areas: gpd.GeoDataFrame, level: AreaLevel) -> list[Finding]:
    band = HOUSEHOLD_BANDS.get(level)
    if band is None:
        return []
    numbers = pd.to_numeric(areas["households"])
    outside = areas[(numbers < band[0]) | (numbers > band[1])]
    points = shapely.point_on_surface(outside.geometry.to_numpy())
    return [
        Finding(
            FindingKind.HOUSEHOLDS,
            level,
            (str(code),),
            None,
            point.x,
            point.y,
            f"{int(households)} households, the band is {band[0]}-{band[1]}",
        )
        for code, households, point in zip(outside["code"], outside["households"], points, strict=True)
    ]


def _list_multipart_findings(areas: gpd.GeoDataFrame, level: AreaLevel, measure_crs: CRS) -> list[Finding]:
    several = areas[shapely.get_num_geometries(areas.geometry.to_numpy()) > 1]
    if several.empty:
        return []
    parts, owner = shapely.get_parts(several.geometry.to_numpy(), return_index=True)
    sizes = np.asarray(gpd.GeoSeries(parts, crs="EPSG:4490").to_crs(measure_crs).area)
    found = []
    for position, code in enumerate(several["code"]):
        mine = np.flatnonzero(owner == position)
        largest = mine[np.argmax(sizes[mine])]
        apart = float(sizes[mine].sum() - sizes[largest])
        second = mine[mine != largest][np.argmax(sizes[mine[mine != largest]])]
        point = shapely.point_on_surface(parts[second])
        said = f"{len(mine)} parts; this much lies apart from the largest"
        found.append(Finding(FindingKind.MULTIPART, level, (str(code),), apart, point.x, point.y, said))
    return found
