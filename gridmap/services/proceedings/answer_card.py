"""A unit answers a card; a supervisor lifts it."""

import logging
from datetime import datetime

from gridmap.domain.party import Party
from gridmap.domain.staff import Actor
from gridmap.domain.steps import check_step
from gridmap.domain.supervision import STEPS, CardStep
from gridmap.errors import ConflictError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_cards import StoredCard, find_card_on
from gridmap.services.proceedings.matters import (
    check_version,
    find_acting_person,
    find_matter,
    list_matter_parties,
    read_instant,
)
from gridmap.services.transaction import transaction
from gridmap.storage import supervision as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import Matter

logger = logging.getLogger(__name__)


def answer_card(
    database: Database, card_id: int, *, actor: str, expected_version: int, answer: str, at: datetime | None = None
) -> StoredCard:
    """Say what the unit does about it.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps says; ConflictError also if somebody changed the card since it was read.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        staff_id = _begin(connection, card_id, CardStep.ANSWER, actor=actor, version=expected_version, answer=answer)
        if not storage.update_answer(
            connection, card_id, version=expected_version, at=instant, staff_id=staff_id, answer=answer.strip()
        ):
            raise _make_lost(card_id)
        return find_card_on(connection, card_id)


def lift_card(
    database: Database, card_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> StoredCard:
    """Lift a card: it stays in the record and counts no more. Raises as `answer_card`."""
    instant = read_instant(at)
    with transaction(database) as connection:
        staff_id = _begin(connection, card_id, CardStep.LIFT, actor=actor, version=expected_version, reason=reason)
        if not storage.update_lifted(
            connection, card_id, version=expected_version, at=instant, staff_id=staff_id, reason=reason.strip()
        ):
            raise _make_lost(card_id)
        found = find_card_on(connection, card_id)
    logger.info("card %d is lifted", card_id)
    return found


def list_card_parties(person: Actor, matter: Matter, card: StoredCard) -> frozenset[Party]:
    """List as what a person stands to a card: one of the command centre is answered by anybody of it."""
    parties = list_matter_parties(person, matter, unit_id=card.unit_id)
    if Party.CENTRE in parties and card.unit_id in (None, matter.centre_unit_id):
        return parties | {Party.UNIT}
    return parties


def _begin(
    connection: Connection, card_id: int, step: CardStep, *, actor: str, version: int, **carried: str
) -> int | None:
    person = find_acting_person(connection, actor)
    card = find_card_on(connection, card_id)
    subject = Sentence("Card {card}", card=card_id)
    check_version(subject, expected=version, found=card.version, status=Term("card-status", card.status))
    matter = find_matter(connection, card.incident_id)
    check_step(
        STEPS[step],
        name=step,
        subject=subject,
        status=card.status,
        statuses="card-status",
        parties=list_card_parties(person, matter, card),
        carried=carried,
    )
    return person.staff_id


def _make_lost(card_id: int) -> ConflictError:
    return ConflictError(
        "{subject} was changed at this moment by somebody else. Read it again.",
        subject=Sentence("Card {card}", card=card_id),
    )
