"""The levels of areas, how they follow one another, and the columns of a frame of areas."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NewType

AreaId = NewType("AreaId", int)
AreaCode = NewType("AreaCode", str)
GenerationId = NewType("GenerationId", int)

STORAGE_CRS: Final = "EPSG:4490"
STORAGE_SRID: Final = 4490


class AreaLevel(StrEnum):
    """Levels from coarse to fine. A special grid lies inside ordinary grids and has no children."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    LARGE_GRID = "large_grid"
    SMALL_GRID = "small_grid"
    SPECIAL_GRID = "special_grid"

    @property
    def rank(self) -> int:
        """Give 1 for the county up to 6 for a special grid: the same numbers as table `area_level`."""
        return list(AreaLevel).index(self) + 1


# The columns of a frame of areas, everywhere between reader, checks, storage and generator; geometry is MultiPolygon.
AREA_COLUMNS: Final = (
    "level",
    "kind",
    "code",
    "name",
    "parent_code",
    "households",
    "team_secretary",
    "team_worker",
    "team_assistants",
)

# Households that one area of a level should hold, both ends included: "about 100 households to a small grid" is
# read as 80-120, the range that the published measures call good. Large grids (about 300, or one whole village) and
# everything above follow the people who live there and have no band.
HOUSEHOLD_BANDS: Final = {AreaLevel.SMALL_GRID: (80, 120)}


def find_parent_level(level: AreaLevel, present: Collection[AreaLevel]) -> AreaLevel | None:
    """Find the level that holds the parents of a level: the nearest coarser one that has areas.

    A special grid lies inside ordinary grids, so that its parents are small grids where they exist. None for the
    coarsest level there is.
    """
    coarser = [other for other in present if other.rank < level.rank and other is not AreaLevel.SPECIAL_GRID]
    return max(coarser, key=lambda other: other.rank, default=None)
