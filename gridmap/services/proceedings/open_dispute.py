"""Put in question who leads in an incident."""

import logging
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.disputes import STEPS, DisputeStep
from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.steps import check_step
from gridmap.sentence import Sentence
from gridmap.services.proceedings.list_disputes import Dispute
from gridmap.services.proceedings.matters import find_acting_person, find_matter, list_matter_parties, read_instant
from gridmap.services.transaction import transaction
from gridmap.services.transitions import carry_out_on
from gridmap.storage import disputes as storage
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenedDispute:
    """A dispute, with the precedents that the panel should know: those of the township first."""

    dispute: Dispute
    precedents: list[Dispute]


def open_dispute(
    database: Database, incident_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> OpenedDispute:
    """Open a dispute on request; after so many returns one opens by itself.

    Parameters
    ----------
    expected_version
        Of the incident.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps and the life cycle say.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        check_step(
            STEPS[DisputeStep.OPEN],
            name="dispute",
            subject=Sentence("Incident {incident}", incident=incident_id),
            status=None,
            parties=list_matter_parties(person, matter),
            carried={"reason": reason},
        )
        carry_out_on(
            connection,
            incident_id,
            Action.DISPUTE,
            actor=person.code,
            expected_version=expected_version,
            carried=Carried(reason=reason),
            at=instant,
        )
        opened = storage.list_disputes(connection, incident_id=incident_id, is_open=True)[0]
        precedents = storage.list_precedents(connection, item_code=opened.item_code, township=opened.township)
    logger.info("incident %d: dispute %d opened", incident_id, opened.id)
    return OpenedDispute(opened, precedents)
