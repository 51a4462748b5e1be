"""Whether new small grids tile the county: no land in two grids, none in no grid, also between villages."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.domain.areas import AreaLevel, GenerationId
from gridmap.domain.coverage import MIN_AREA_M2, Piece, find_gaps, find_overlaps, find_uncovered
from gridmap.domain.findings import FindingKind
from gridmap.domain.zone import find_measure_crs
from gridmap.errors import ConflictError
from gridmap.sentence import Joiner, Listing, Sentence, list_texts
from gridmap.storage import areas as storage
from gridmap.storage.database import Connection

_NAMED = 5


@dataclass(frozen=True)
class CoverageFault:
    """Land in two small grids, or in none: whose, how much, and a point in it (EPSG:4490)."""

    kind: FindingKind
    codes: tuple[str, ...]
    area_m2: float
    lon: float
    lat: float

    def describe(self) -> Sentence:
        """Say what is wrong and where."""
        return Sentence(
            "{codes} {what}: {area:,.0f} m2 at {lon:.5f} E, {lat:.5f} N",
            codes=list_texts(self.codes, Joiner.AND),
            what=_WHAT[self.kind],
            area=self.area_m2,
            lon=self.lon,
            lat=self.lat,
        )


_WHAT = {
    FindingKind.OVERLAP: Sentence("lie over one another"),
    FindingKind.GAP: Sentence("leave a gap between them"),
    FindingKind.PARENT_NOT_COVERED: Sentence("has land in no small grid"),
}


class CoverageError(ConflictError):
    """Small grids that would not tile the county; nothing was stored."""

    def __init__(self, faults: Sequence[CoverageFault]) -> None:
        """Name the largest."""
        self.faults = sorted(faults, key=lambda fault: -fault.area_m2)
        named = [fault.describe() for fault in self.faults[:_NAMED]]
        if len(self.faults) > _NAMED:
            named.append(Sentence("and {n} more", n=len(self.faults) - _NAMED))
        super().__init__(
            "Nothing was stored: the small grids would not tile the county ({n} places). {places}. "
            "Look at these places; gridmap check areas says more of the areas as they are.",
            n=len(self.faults),
            places=Listing(tuple(named), Joiner.SEMICOLON),
        )


def check_coverage_within(connection: Connection, draft: GenerationId, current: GenerationId | None) -> int:
    """Check the small grids of the whole draft, and give their number.

    What is wrong at the same place in the current generation as well is no fault of the draft, and is left to
    `gridmap check areas`; anything new of a square metre or more is refused.

    Raises
    ------
    CoverageError
        If there is land in two small grids, in none between them, or in none of a village's.
    """
    areas = _read(connection, draft)
    grids, villages = areas
    if grids.empty:
        return 0
    west, _, east, _ = grids.total_bounds
    measure_crs = find_measure_crs(float(west + east) / 2)
    found = list_pieces(grids, villages, measure_crs=measure_crs)
    if any(found.values()) and current is not None:
        known = list_pieces(*_read(connection, current), measure_crs=measure_crs)
        found = {kind: list_new(pieces, known[kind], measure_crs=measure_crs) for kind, pieces in found.items()}
    faults = [
        CoverageFault(kind, piece.codes, piece.area_m2, piece.lon, piece.lat)
        for kind, pieces in found.items()
        for piece in pieces
    ]
    if faults:
        raise CoverageError(faults)
    return len(grids)


def list_pieces(
    grids: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, *, measure_crs: CRS
) -> dict[FindingKind, list[Piece]]:
    """List the land in two grids, the gaps between grids, and the land of villages that no grid covers."""
    gaps = find_gaps(grids, measure_crs=measure_crs)
    # Villages without small grids are not divided; what they lack is no fault of those that are.
    divided = villages[_have_grids(grids, villages)]
    return {
        FindingKind.OVERLAP: find_overlaps(grids, measure_crs=measure_crs),
        FindingKind.GAP: gaps,
        FindingKind.PARENT_NOT_COVERED: find_uncovered(grids, divided, gaps, measure_crs=measure_crs),
    }


def list_new(pieces: list[Piece], known: list[Piece], *, measure_crs: CRS) -> list[Piece]:
    """List the pieces of which a square metre or more is not covered by known ones."""
    if not pieces or not known:
        return pieces
    cover = shapely.union_all([piece.shape for piece in known])
    rest = shapely.difference(np.array([piece.shape for piece in pieces], dtype=object), cover)
    left_m2 = np.asarray(gpd.GeoSeries(rest, crs="EPSG:4490").to_crs(measure_crs).area)
    return [piece for piece, area_m2 in zip(pieces, left_m2.tolist(), strict=True) if area_m2 >= MIN_AREA_M2]


def _have_grids(grids: gpd.GeoDataFrame, villages: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    inside = shapely.point_on_surface(grids.geometry.to_numpy())
    found = shapely.STRtree(villages.geometry.to_numpy()).query(inside, predicate="intersects")[1]
    has = np.zeros(len(villages), dtype=np.bool_)
    has[found] = True
    return has


def _read(connection: Connection, generation: GenerationId) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    areas = storage.read_areas(connection, generation, [AreaLevel.VILLAGE, AreaLevel.SMALL_GRID])
    is_grid = areas["level"] == AreaLevel.SMALL_GRID.value
    return areas[is_grid].reset_index(drop=True), areas[~is_grid].reset_index(drop=True)
