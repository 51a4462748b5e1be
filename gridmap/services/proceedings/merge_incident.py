"""Merge an incident into another that is the same matter, take that back, and read what was merged."""

from datetime import datetime

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action, Carried
from gridmap.errors import ConflictError
from gridmap.sentence import Term
from gridmap.services.proceedings.matters import check_incident, find_matter, read_instant
from gridmap.services.transaction import transaction
from gridmap.services.transitions import Done, carry_out, carry_out_on
from gridmap.storage import duplicates as storage
from gridmap.storage.database import Database
from gridmap.storage.duplicates import MergedIncident

__all__ = ["MergedIncident", "list_merged", "merge_incident", "unmerge_incident"]


def merge_incident(
    database: Database,
    incident_id: int,
    into_id: int,
    *,
    actor: str,
    expected_version: int,
    reason: str = "",
    at: datetime | None = None,
) -> Done:
    """Merge an incident into another. Both stay: this one points to the other, its history and evidence can be read.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the life cycle says.
    """
    carried = Carried(reason=reason, other_incident_id=into_id)
    return carry_out(
        database, incident_id, Action.MERGE, actor=actor, expected_version=expected_version, carried=carried, at=at
    )


def unmerge_incident(
    database: Database, incident_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> Done:
    """Take a merging back: the incident is reopened and points to no other.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the life cycle says of reopening; ConflictError also if it is not merged.
    """
    with transaction(database) as connection:
        matter = find_matter(connection, incident_id)
        if matter.status is not Status.MERGED:
            raise ConflictError(
                "Incident {incident} is {status}, not merged.",
                incident=incident_id,
                status=Term("status", matter.status),
            )
        return carry_out_on(
            connection,
            incident_id,
            Action.REOPEN,
            actor=actor,
            expected_version=expected_version,
            carried=Carried(reason=reason),
            at=read_instant(at),
        )


def list_merged(database: Database, incident_id: int) -> list[MergedIncident]:
    """List everything that ended in an incident, with the evidence that its own history names.

    Raises
    ------
    NotFoundError
        If there is no such incident.
    """
    with transaction(database) as connection:
        check_incident(connection, incident_id)
        return storage.list_merged(connection, incident_id)
