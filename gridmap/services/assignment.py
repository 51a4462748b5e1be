"""Whether a matter may be given to a unit by hand: a township's by the list or admitted, and within its powers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.staff import Actor
from gridmap.errors import ConflictError, NotFoundError
from gridmap.sentence import Sentence, list_texts
from gridmap.services.transaction import transaction
from gridmap.storage import routing as storage
from gridmap.storage.database import Connection, Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """Somebody tried to give a township unit what it may not be given. `from_unit_id` None is the command centre."""

    incident_id: int
    item_code: str | None
    from_unit_id: int | None
    to_unit_id: int
    actor: str
    at: datetime | None


class NotAdmittedError(ConflictError):
    """The list does not let this township lead in this matter, and it was not admitted.

    Carries the attempt, which has to be counted after the transaction was rolled back: see `counted_attempts`.
    """

    def __init__(self, said: Sentence, attempt: Attempt) -> None:
        super().__init__(said)
        self.attempt = attempt


class NoPowerError(ConflictError):
    """The item needs a power that this unit does not hold on the day."""


def check_assignment_on(
    connection: Connection,
    *,
    incident_id: int,
    unit_id: int,
    from_unit_id: int | None,
    actor: Actor | str,
    at: datetime | None,
) -> None:
    """Check, in the caller's transaction, that an incident may be given to a unit on the day of `at` (None: today).

    A unit of a township may be given what the list gives its type to lead, what it assists in where the townships are
    the level that leads, what a panel decided for it in this incident, and what was admitted for it; a county unit
    every matter. Where the item needs a power, the unit has to hold it on that day, unless the matter was admitted for
    it.

    Raises
    ------
    NotFoundError
        If there is no such incident or unit.
    NotAdmittedError
        If it may not; hand its attempt to `record_attempt` after the rollback.
    NoPowerError
        If the unit does not hold the power that the item needs.
    """
    found = storage.find_assignment(connection, incident_id=incident_id, unit_id=unit_id, at=at)
    if found is None:
        raise NotFoundError("There is no incident {incident}.", incident=incident_id)
    if found.unit_code is None:
        raise NotFoundError("There is no unit with the id {unit}.", unit=unit_id)
    if found.is_admitted:
        return
    if not found.has_power:
        raise NoPowerError(
            "Incident {incident}: {unit} ({code}) does not hold the power for item {item} on {day}. Give it to a unit "
            "that does (gridmap powers show --item {item}), or bring the power in with 'gridmap powers import'.",
            incident=incident_id,
            unit=str(found.unit_name),
            code=found.unit_code,
            item=str(found.item_code),
            day=found.day,
        )
    if found.unit_level != "township" or found.may_lead or found.is_decided:
        return
    what = Sentence("item {item}", item=found.item_code) if found.item_code else Sentence("a matter without an item")
    if found.is_listed:
        why = Sentence(
            "by the list {list} the type {type} only assists in it (leads: {leads})",
            list=str(found.list_name),
            type=str(found.unit_type),
            leads=list_texts(found.lead_types),
        )
    elif found.list_name:
        why = Sentence(
            "the list {list} does not name the type {type} for it", list=found.list_name, type=str(found.unit_type)
        )
    else:
        why = Sentence("it is on no list")
    raise NotAdmittedError(
        Sentence(
            "Incident {incident}: {what} can't be given to {unit} ({code}) on {day}: {why}, and it was not admitted "
            "(职责准入). Give it to a county unit, let a panel decide (open a dispute), or request an admission first.",
            incident=incident_id,
            what=what,
            unit=str(found.unit_name),
            code=found.unit_code,
            day=found.day,
            why=why,
        ),
        Attempt(
            incident_id=incident_id,
            item_code=found.item_code,
            from_unit_id=from_unit_id,
            to_unit_id=unit_id,
            actor=actor if isinstance(actor, str) else actor.code,
            at=at,
        ),
    )


def record_attempt(database: Database, attempt: Attempt) -> None:
    """Count an attempt, in a transaction of its own."""
    with transaction(database) as connection:
        storage.insert_attempt(
            connection,
            incident_id=attempt.incident_id,
            item_code=attempt.item_code,
            from_unit_id=attempt.from_unit_id,
            to_unit_id=attempt.to_unit_id,
            actor=attempt.actor,
            at=attempt.at,
        )
    logger.info("an attempt to give incident %d to a township without admission was counted", attempt.incident_id)


@contextmanager
def counted_attempts(database: Database) -> Iterator[None]:
    """Count the refused attempt of a block whose transaction is inside it; the error goes on to the caller."""
    try:
        yield
    except NotAdmittedError as error:
        record_attempt(database, error.attempt)
        raise
