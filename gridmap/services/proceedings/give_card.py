"""A supervisor gives a card by hand."""

import logging
from datetime import datetime

from gridmap.domain.steps import check_step
from gridmap.domain.supervision import STEPS, Card, CardKind, CardStep
from gridmap.errors import ConflictError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_cards import StoredCard, find_card_on
from gridmap.services.proceedings.matters import find_acting_person, find_matter, list_matter_parties, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import supervision as storage
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


def give_card(
    database: Database, incident_id: int, kind: CardKind, *, actor: str, reason: str, at: datetime | None = None
) -> StoredCard:
    """Give a card to who holds the incident now.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError
        As the table of steps says.
    ConflictError
        If the incident is closed: nobody holds it.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        check_step(
            STEPS[CardStep.GIVE],
            name=CardStep.GIVE,
            subject=Sentence("Incident {incident}", incident=incident_id),
            status=None,
            parties=list_matter_parties(person, matter),
            carried={"reason": reason},
        )
        if not matter.is_open:
            raise ConflictError(
                "Incident {incident} is {status}: nobody holds it, so nobody gets a card.",
                incident=incident_id,
                status=Term("status", matter.status),
            )
        card_id = storage.insert_card(
            connection,
            Card(incident_id, matter.holder_unit_id, kind, instant),
            cause="hand",
            staff_id=person.staff_id,
            reason=reason.strip(),
        )
        assert card_id is not None  # noqa: S101  only those of the rule are given once
        found = find_card_on(connection, card_id)
    logger.info("incident %d: %s card to %s", incident_id, kind, found.unit_code or "the command centre")
    return found
