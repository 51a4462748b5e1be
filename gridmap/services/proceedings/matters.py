"""What every proceeding begins with: who acts, on which incident, as what."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gridmap.domain.party import Party, list_parties
from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError, InputError, NotFoundError
from gridmap.sentence import Sentence, Term, list_texts
from gridmap.services.acting_person import find_acting_person
from gridmap.services.transition_checks import MAX_ID
from gridmap.storage.database import Connection
from gridmap.storage.proceedings import Matter, find_centre_unit_id, list_unit_ids
from gridmap.storage.proceedings import find_matter as find_stored_matter
from gridmap.storage.transitions import IncidentState, find_state

__all__ = [
    "MAX_ID",
    "check_incident",
    "check_version",
    "find_acting_person",
    "find_matter",
    "find_unit_ids",
    "list_call_parties",
    "list_matter_parties",
    "read_instant",
]


def find_matter(connection: Connection, incident_id: int, *, is_locked: bool = True) -> Matter:
    """Find an incident and lock it to the end of the transaction, unless it is only read.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    is_id = 0 < incident_id <= MAX_ID
    found = find_stored_matter(connection, incident_id, is_locked=is_locked) if is_id else None
    if found is None:
        raise NotFoundError("There is no incident {incident}.", incident=incident_id)
    return found


def check_incident(connection: Connection, incident_id: int) -> None:
    """Check that there is such an incident, without a lock.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    if not 0 < incident_id <= MAX_ID or find_state(connection, incident_id) is None:
        raise NotFoundError("There is no incident {incident}.", incident=incident_id)


def list_matter_parties(
    person: Actor, matter: Matter | IncidentState, *, unit_id: int | None = None
) -> frozenset[Party]:
    """List as what a person stands to an incident, and to a row about it that names a unit."""
    return list_parties(
        person,
        centre_unit_id=matter.centre_unit_id,
        area_codes=frozenset(matter.area_codes),
        unit_id=unit_id,
        lead_unit_id=matter.lead_unit_id,
        holder_unit_id=matter.holder_unit_id,
    )


def list_call_parties(
    connection: Connection, person: Actor, *, township: str, unit_id: int | None = None
) -> frozenset[Party]:
    """List as what a person stands to a call of a township, and to a unit that is called."""
    return list_parties(
        person,
        centre_unit_id=find_centre_unit_id(connection),
        area_codes=frozenset({township}),
        unit_id=unit_id,
        township_code=township,
    )


def find_unit_ids(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Find the ids of units.

    Raises
    ------
    NotFoundError
        If there are unknown codes; it names all of them.
    """
    found = list_unit_ids(connection, codes)
    if unknown := sorted(set(codes) - found.keys()):
        raise NotFoundError("There is no unit {units}.", units=list_texts(repr(code) for code in unknown))
    return found


def check_version(subject: Sentence, *, expected: int, found: int, status: Term) -> None:
    """Check that a row is as it was read.

    Raises
    ------
    ConflictError
        If somebody changed it.
    """
    if expected != found:
        raise ConflictError(
            "{subject} was changed since it was read: version {expected} was expected, it has version {version} and is "
            "{status}. Read it again.",
            subject=subject,
            expected=expected,
            version=found,
            status=status,
        )


def read_instant(at: datetime | None) -> datetime:
    """Give the instant of an action: now, where none is named.

    Raises
    ------
    InputError
        If it has no time zone.
    """
    if at is None:
        return datetime.now(UTC)
    if at.tzinfo is None:
        raise InputError("The instant {instant} has no time zone.", instant=str(at))
    return at
