"""What a check of areas can find, and how one finding is written."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gridmap.domain.areas import AreaLevel


class FindingKind(StrEnum):
    """The kinds of finding, the gravest first."""

    OVERLAP = "overlap"
    GAP = "gap"
    PARENT_NOT_COVERED = "parent_not_covered"
    ORPHAN = "orphan"
    PARENT_DIFFERS = "parent_differs"
    DUPLICATE_NAME = "duplicate_name"
    HOUSEHOLDS = "households_out_of_band"
    MULTIPART = "multipart"
    SLIVER = "sliver"


@dataclass(frozen=True)
class Finding:
    """One finding: of which level, which codes, how much (m2 in the measuring zone, None where there is none), and
    where.

    `lon` and `lat` (CGCS2000, degrees) are a point inside what was found.
    """

    kind: FindingKind
    level: AreaLevel
    codes: tuple[str, ...]
    area_m2: float | None
    lon: float
    lat: float
    detail: str

    def as_json(self) -> dict[str, Any]:
        """Give the documented keys: kind, level, codes, area_m2 (0.1 m2), lon, lat (1e-7 degrees), detail."""
        return asdict(self) | {
            "codes": list(self.codes),
            "area_m2": None if self.area_m2 is None else round(self.area_m2, 1),
            "lon": round(self.lon, 7),
            "lat": round(self.lat, 7),
        }
