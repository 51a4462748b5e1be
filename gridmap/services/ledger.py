"""Who held an incident for how long, who burnt the time, and the clocks that run against whom."""

from datetime import UTC, datetime

from gridmap.errors import InputError, NotFoundError
from gridmap.services.transaction import transaction
from gridmap.storage import ledger as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.ledger import BurntTime, IncidentClock, LedgerPiece

__all__ = ["BurntTime", "IncidentClock", "LedgerPiece", "list_burnt", "list_clocks", "list_ledger"]

_MAX_ID = 2**63 - 1


def list_ledger(database: Database, incident_id: int) -> list[LedgerPiece]:
    """List who held an incident from its report to its end or to now, in pieces without gap or overlap.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        _check_incident(connection, incident_id)
        return storage.list_pieces(connection, incident_id)


def list_clocks(database: Database, incident_id: int) -> list[IncidentClock]:
    """List the clocks of an incident.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        _check_incident(connection, incident_id)
        return storage.list_clocks(connection, incident_id)


def list_burnt(
    database: Database,
    *,
    area: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
) -> list[BurntTime]:
    """List the working time that each unit burnt, and how much of it after the due times.

    Parameters
    ----------
    area
        Code of an area of any level, with all below it; None is everywhere, also outside all areas.
    since, until
        The period (aware); without them from the first report, and to now.
    as_of
        The instant whose knowledge is asked for (aware): nothing after it counts. None is now.

    Raises
    ------
    InputError
        If an instant has no time zone or the period ends before it starts.
    """
    for instant in (since, until, as_of):
        if instant is not None and instant.tzinfo is None:
            raise InputError(
                "The instant {instant} has no time zone: write it like 2026-11-20T08:00:00+08:00.", instant=str(instant)
            )
    if area is not None and "\0" in area:
        raise InputError("A code can't hold the character U+0000.")
    end = min(one for one in (until, as_of, datetime.now(UTC)) if one is not None)
    if since is not None and since > end:
        raise InputError(
            "The period ends at {end}, before it starts at {start}.", end=end.isoformat(), start=since.isoformat()
        )
    with transaction(database) as connection:
        return storage.list_burnt(connection, area=area, since=since, until=end)


def _check_incident(connection: Connection, incident_id: int) -> None:
    if not 0 < incident_id <= _MAX_ID or not storage.is_incident(connection, incident_id):
        raise NotFoundError("There is no incident {incident}.", incident=incident_id)
