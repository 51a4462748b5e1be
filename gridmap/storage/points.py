"""Where a point lies, without anything being stored."""

from dataclasses import dataclass

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import Placement
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement


@dataclass(frozen=True)
class LocatedPoint:
    """A point in CGCS2000 degrees, and the areas that it lies in, from coarse to fine; the three lists go together.

    `margin_m` is the distance to the nearest other grid, None where there is none or the point is far off.
    """

    lon: float
    lat: float
    placement: Placement
    margin_m: float | None
    levels: list[str]
    codes: list[str]
    names: list[str]


def locate_point(connection: Connection, *, lon: float, lat: float, datum: Datum) -> LocatedPoint:
    """Locate a point in today's generation; degrees, lon before lat, in the datum."""
    with connection.cursor(row_factory=enum_row(LocatedPoint)) as cursor:
        cursor.execute(read_statement("points/locate"), {"lon": lon, "lat": lat, "datum": datum.value})
        found = cursor.fetchone()
    assert found is not None  # noqa: S101  the statement always has one row
    return found
