"""Incidents near a point that may be the same matter, and those that were merged."""

from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import Precision, Status
from gridmap.storage.database import Connection
from gridmap.storage.rows import enum_row
from gridmap.storage.statement import read_statement

_MAX_NEAR = 200


@dataclass(frozen=True)
class NearIncident:
    """An open incident near a point; `distance_m` is measured in the county's Gauss-Kruger zone."""

    id: int
    title: str
    address: str
    status: Status
    reported_at: datetime
    unit_code: str | None
    version: int
    distance_m: float


@dataclass(frozen=True)
class MatterPlace:
    """What duplicates are looked for by; the point is CGCS2000 degrees, None where there is none."""

    item_code: str | None
    title: str
    reported_at: datetime
    precision: Precision
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class MergedIncident:
    """An incident that ended in another; `evidence` is what its own history names."""

    id: int
    merged_into_id: int
    title: str
    address: str
    channel: str
    reported_at: datetime
    version: int
    evidence: list[str]


def find_place(connection: Connection, incident_id: int) -> MatterPlace | None:
    """Find what duplicates of an incident are looked for by; None when there is no such incident."""
    row = connection.execute(read_statement("duplicates/find_source"), {"incident_id": incident_id}).fetchone()
    return None if row is None else MatterPlace(row[0], row[1], row[2], Precision(row[3]), row[4], row[5])


def find_point(connection: Connection, lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """Find a point of a datum in CGCS2000 (EPSG:4490), lon before lat."""
    values = {"lon": lon, "lat": lat, "datum": datum.value}
    row = connection.execute(read_statement("duplicates/find_point"), values).fetchone()
    assert row is not None  # noqa: S101  a function has one row
    return row[0], row[1]


def list_near(
    connection: Connection,
    *,
    lon: float,
    lat: float,
    item_code: str | None,
    reported_at: datetime,
    distance_m: float,
    days: int,
    incident_id: int | None,
) -> list[NearIncident]:
    """List open incidents of the item within a distance and a time but the incident itself, nearest first, at most 200.

    The point is CGCS2000 degrees. Only points that are a fix, a building or a street count.
    """
    with connection.cursor(row_factory=enum_row(NearIncident)) as cursor:
        cursor.execute(
            read_statement("duplicates/list_near"),
            {
                "lon": lon,
                "lat": lat,
                "item_code": item_code,
                "reported_at": reported_at,
                "distance_m": distance_m,
                "days": days,
                "incident_id": incident_id,
                "limit": _MAX_NEAR,
            },
        )
        return cursor.fetchall()


def list_merged(connection: Connection, incident_id: int) -> list[MergedIncident]:
    """List everything that ended in an incident, directly or by way of another, oldest report first."""
    with connection.cursor(row_factory=enum_row(MergedIncident)) as cursor:
        cursor.execute(read_statement("duplicates/list_merged"), {"incident_id": incident_id})
        return cursor.fetchall()
