"""The rule of location in bulk: the same as `locate()` in `gridmap/storage/migrations/0005_location.sql`.

- A point counts for the area that covers it; on a shared border for the one with the lowest code, marked `border`.
- A point that is only good for a coarser level than the areas have counts for none of them, marked `imprecise`.
- A point in no area is `outside`, and never dropped.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.domain.areas import AreaLevel
from gridmap.domain.datum import Floats
from gridmap.domain.incidents import Placement, Precision
from gridmap.domain.location.areas import AreaSet
from gridmap.domain.location.cells import NO_AREA
from gridmap.domain.location.covering import AreaIndex
from gridmap.domain.location.margin import MarginMeter

# The finest level that a point of a precision may count for; table `incident_precision` holds the same.
FINEST_LEVELS = {
    Precision.EXACT: AreaLevel.SMALL_GRID,
    Precision.BUILDING: AreaLevel.SMALL_GRID,
    Precision.STREET: AreaLevel.VILLAGE,
    Precision.VILLAGE: AreaLevel.VILLAGE,
    Precision.TOWNSHIP: AreaLevel.TOWNSHIP,
    Precision.COUNTY: AreaLevel.COUNTY,
}


@dataclass(frozen=True)
class Locations:
    """Where points lie; one value per point, in their order."""

    area: NDArray[np.int32]
    """Index into the codes of the area set, -1 for none."""
    area_code: NDArray[np.object_]
    """The code, empty for none."""
    placement: NDArray[np.object_]
    """Values of `Placement`, as plain text."""
    margin_m: Floats
    """Metres to the nearest other area; NaN when it was not asked for or has no meaning."""


class Locator:
    """Areas of one level, ready to place points in."""

    def __init__(self, areas: AreaSet, *, level: AreaLevel = AreaLevel.SMALL_GRID) -> None:
        self.areas = areas
        self.level = level
        self._index = AreaIndex(areas)
        self._meter: MarginMeter | None = None

    def locate(
        self,
        lon: Floats,
        lat: Floats,
        *,
        is_imprecise: NDArray[np.bool_] | None = None,
        with_margin: bool = True,
    ) -> Locations:
        """Place points in the areas.

        Parameters
        ----------
        lon, lat
            CGCS2000 degrees (EPSG:4490), one-dimensional float64. NaN lies outside.
        is_imprecise
            Points that are good for a coarser level only; see `is_too_imprecise`.
        with_margin
            Without margins a million points on 4,000 grids take a fraction of a second, with them some seconds.

        Returns
        -------
        One location per point, in their order; empty in, empty out.
        """
        lon, lat = np.ascontiguousarray(lon, dtype=np.float64), np.ascontiguousarray(lat, dtype=np.float64)
        covering = self._index.find_covering(lon, lat)
        area, is_shared = covering.area, covering.is_shared
        placement = np.full(len(lon), Placement.INSIDE.value, dtype=object)
        placement[is_shared] = Placement.BORDER.value
        placement[area == NO_AREA] = Placement.OUTSIDE.value
        margin_m = np.full(len(lon), np.nan)
        if with_margin and len(self.areas) and len(lon):
            if self._meter is None:
                self._meter = MarginMeter(self.areas)
            margin_m = self._meter.measure(lon, lat, area, is_shared)
        if is_imprecise is not None and is_imprecise.any():
            area = np.where(is_imprecise, np.int32(NO_AREA), area)
            placement[is_imprecise] = Placement.IMPRECISE.value
            margin_m[is_imprecise] = np.nan
        # One more code at the end, where index -1 finds it.
        codes = np.append(self.areas.codes, "").astype(object)
        return Locations(area, codes[area], placement, margin_m)


def is_too_imprecise(precision: Precision, level: AreaLevel) -> bool:
    """Tell whether a point of a precision may not count for an area of a level."""
    finest = FINEST_LEVELS[precision]
    # A special grid lies in small ones: what is good enough for these is so for it.
    return finest.rank < min(level.rank, AreaLevel.SMALL_GRID.rank)
