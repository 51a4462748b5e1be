"""Offer what may be the same matter: open incidents of the item near by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gridmap.domain.datum import Datum
from gridmap.domain.duplicates import Likeness, compare
from gridmap.domain.incidents import Precision
from gridmap.errors import NotFoundError
from gridmap.services.proceedings.matters import MAX_ID, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import duplicates as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.duplicates import MatterPlace, NearIncident
from gridmap.storage.proceedings import read_proceeding_settings

__all__ = ["Duplicate", "NearIncident", "find_duplicates", "find_duplicates_of_report"]

_PLACED = frozenset({Precision.EXACT, Precision.BUILDING, Precision.STREET})
"""A centroid is the place of thousands of matters that have nothing in common."""


@dataclass(frozen=True)
class Duplicate:
    """An open incident that may be the same, and how alike it is."""

    incident: NearIncident
    likeness: Likeness


def find_duplicates(database: Database, incident_id: int) -> list[Duplicate]:
    """List what may be the same as an incident, the most alike first. One without a good point has none.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        place = storage.find_place(connection, incident_id) if 0 < incident_id <= MAX_ID else None
        if place is None:
            raise NotFoundError("There is no incident {incident}.", incident=incident_id)
        return _list_on(connection, place, incident_id=incident_id)


def find_duplicates_of_report(
    database: Database,
    *,
    item_code: str,
    lon: float,
    lat: float,
    datum: Datum,
    precision: Precision = Precision.EXACT,
    title: str = "",
    reported_at: datetime | None = None,
) -> list[Duplicate]:
    """List what may be the same as a report that is not stored yet; its point is in degrees of a datum."""
    instant = read_instant(reported_at)
    with transaction(database) as connection:
        x, y = storage.find_point(connection, lon, lat, datum)
        place = MatterPlace(item_code, title, instant, precision, x, y)
        return _list_on(connection, place, incident_id=None)


def _list_on(connection: Connection, place: MatterPlace, *, incident_id: int | None) -> list[Duplicate]:
    if place.lon is None or place.lat is None or place.precision not in _PLACED:
        return []
    settings = read_proceeding_settings(connection)
    near = storage.list_near(
        connection,
        lon=place.lon,
        lat=place.lat,
        item_code=place.item_code,
        reported_at=place.reported_at,
        distance_m=settings.duplicate_distance_m,
        days=settings.duplicate_days,
        incident_id=incident_id,
    )
    found = [
        Duplicate(
            one,
            compare(
                distance_m=one.distance_m,
                reported_at=place.reported_at,
                other_reported_at=one.reported_at,
                title=place.title,
                other_title=one.title,
                max_distance_m=settings.duplicate_distance_m,
                max_age=timedelta(days=settings.duplicate_days),
            ),
        )
        for one in near
    ]
    return sorted(found, key=lambda one: (-one.likeness.score, one.incident.id))
