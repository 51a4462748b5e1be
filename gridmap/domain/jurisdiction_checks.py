"""Where jurisdictions of one unit type overlap, and where none of them reaches: by area, with who stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

SMALLEST_M2: Final = 1.0
"""Less is what rounding of coordinates leaves on a common border."""


class JurisdictionFindingKind(StrEnum):
    """What can be found, the gravest first."""

    OVERLAP = "overlap"
    GAP = "gap"


class StandIn(StrEnum):
    """Who answers where no jurisdiction of a type reaches."""

    NOBODY = "nobody"
    """What comes from there waits in queue no_unit."""
    SOME_TOWNSHIPS = "some_townships"
    TOWNSHIPS = "townships"
    COUNTY = "county"


@dataclass(frozen=True)
class JurisdictionFinding:
    """One overlap of two units of a type, or all gaps of a type together. `lon`, `lat` (CGCS2000, degrees) lie inside.

    `parts` is of how many pieces it is. For an overlap `codes` and `unit_codes` are the two; for a gap they are empty
    and `stand_in` says who answers there.
    """

    kind: JurisdictionFindingKind
    unit_type: str
    codes: tuple[str, ...]
    unit_codes: tuple[str, ...]
    area_km2: float
    parts: int
    lon: float
    lat: float
    stand_in: StandIn | None

    def as_json(self) -> dict[str, Any]:
        """Give the documented keys: area_km2 to 1 m2, lon and lat to 1e-7 degrees."""
        return {
            "kind": self.kind.value,
            "unit_type": self.unit_type,
            "codes": list(self.codes),
            "unit_codes": list(self.unit_codes),
            "area_km2": round(self.area_km2, 6),
            "parts": self.parts,
            "lon": round(self.lon, 7),
            "lat": round(self.lat, 7),
            "stand_in": None if self.stand_in is None else self.stand_in.value,
        }


def list_jurisdiction_findings(
    jurisdictions: gpd.GeoDataFrame,
    outline: shapely.Geometry | None,
    *,
    stand_ins: Mapping[str, StandIn],
    measure_crs: CRS,
) -> list[JurisdictionFinding]:
    """List overlaps and gaps by unit type, overlaps first, each from large to small.

    Parameters
    ----------
    jurisdictions
        Columns code, unit_code, unit_type and polygons in EPSG:4490; empty gives no findings.
    outline
        Of the county, in EPSG:4490; None looks for no gaps.
    stand_ins
        By unit type; a type that is absent has nobody.
    measure_crs
        Projected, in metres.
    """
    found: list[JurisdictionFinding] = []
    if jurisdictions.empty:
        return found
    projected = jurisdictions.to_crs(measure_crs)
    within = None if outline is None else gpd.GeoSeries([outline], crs=jurisdictions.crs).to_crs(measure_crs).iloc[0]
    for unit_type, group in projected.groupby("unit_type", sort=True):
        found += _list_overlaps(group, str(unit_type))
        if within is not None:
            gap = shapely.difference(within, shapely.union_all(group.geometry.to_numpy()))
            stand_in = stand_ins.get(str(unit_type), StandIn.NOBODY)
            found += _make(JurisdictionFindingKind.GAP, str(unit_type), gap, (), (), group.crs, stand_in)
    order = list(JurisdictionFindingKind)
    return sorted(found, key=lambda one: (order.index(one.kind), -one.area_km2, one.unit_type, one.codes))


def _list_overlaps(group: gpd.GeoDataFrame, unit_type: str) -> list[JurisdictionFinding]:
    shapes = group.geometry.to_numpy()
    codes, units = group["code"].astype(str).to_numpy(), group["unit_code"].astype(str).to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    # Two jurisdictions of one unit may lie over each other: it answers either way.
    pairs = [(i, j) for i, j in zip(one, other, strict=True) if codes[i] < codes[j] and units[i] != units[j]]
    found: list[JurisdictionFinding] = []
    for i, j in pairs:
        common = shapely.intersection(shapes[i], shapes[j])
        named, of = (str(codes[i]), str(codes[j])), (str(units[i]), str(units[j]))
        found += _make(JurisdictionFindingKind.OVERLAP, unit_type, common, named, of, group.crs, None)
    return found


def _make(
    kind: JurisdictionFindingKind,
    unit_type: str,
    shape: shapely.Geometry,
    codes: tuple[str, ...],
    unit_codes: tuple[str, ...],
    crs: CRS,
    stand_in: StandIn | None,
) -> list[JurisdictionFinding]:
    parts = shapely.get_parts(shape)
    area_m2 = shapely.area(parts)
    kept = area_m2 >= SMALLEST_M2
    if not kept.any():
        return []
    parts, area_m2 = parts[kept], area_m2[kept]
    inside = shapely.point_on_surface(parts[int(np.argmax(area_m2))])
    point = gpd.GeoSeries([inside], crs=crs).to_crs("EPSG:4490").iloc[0]
    return [
        JurisdictionFinding(
            kind, unit_type, codes, unit_codes, float(area_m2.sum()) / 1e6, len(parts), point.x, point.y, stand_in
        )
    ]
