"""The panel names who leads; the incident goes there at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.disputes import PANEL, STEPS, DisputeStep
from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.steps import check_step
from gridmap.errors import ConflictError, InputError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_disputes import Dispute, find_dispute_on
from gridmap.services.proceedings.matters import (
    check_version,
    find_acting_person,
    find_matter,
    list_matter_parties,
    read_instant,
)
from gridmap.services.transaction import transaction
from gridmap.services.transitions import carry_out_on
from gridmap.storage import disputes as storage
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a panel decided. `follows` is the precedent that it rests on."""

    unit_code: str
    reason: str
    panel: tuple[str, ...] = PANEL
    is_precedent: bool = False
    follows: int | None = None


def decide_dispute(
    database: Database,
    dispute_id: int,
    decision: Decision,
    *,
    actor: str,
    expected_version: int,
    at: datetime | None = None,
) -> Dispute:
    """Decide who leads, and send the incident there.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps and the life cycle say; InputError also if what it is said to follow is no precedent.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, find_dispute_on(connection, dispute_id).incident_id)
        dispute = find_dispute_on(connection, dispute_id)
        subject = Sentence("Dispute {dispute}", dispute=dispute_id)
        check_version(subject, expected=expected_version, found=dispute.version, status=Term("dispute", dispute.status))
        panel = _read_panel(decision.panel)
        check_step(
            STEPS[DisputeStep.DECIDE],
            name=DisputeStep.DECIDE,
            subject=subject,
            status=dispute.status,
            statuses="dispute",
            parties=list_matter_parties(person, matter),
            carried={"unit": decision.unit_code, "reason": decision.reason, "panel": panel},
        )
        if decision.follows is not None and not find_dispute_on(connection, decision.follows).is_precedent:
            raise InputError(
                "{subject}: dispute {follows}, which it is said to follow, is no precedent.",
                subject=subject,
                follows=decision.follows,
            )
        carry_out_on(
            connection,
            matter.id,
            Action.DECIDE,
            actor=person.code,
            expected_version=matter.version,
            carried=Carried(reason=decision.reason, unit_code=decision.unit_code),
            at=instant,
        )
        storage.update_decided(
            connection, dispute_id, panel=panel, is_precedent=decision.is_precedent, precedent_id=decision.follows
        )
        decided = find_dispute_on(connection, dispute_id)
    logger.info("dispute %d: %s leads in incident %d", dispute_id, decided.decided_unit_code, matter.id)
    return decided


def mark_precedent(
    database: Database, dispute_id: int, *, actor: str, expected_version: int, is_precedent: bool
) -> Dispute:
    """Make a decision a precedent, or take that back. Raises as `decide_dispute`."""
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        dispute = find_dispute_on(connection, dispute_id)
        subject = Sentence("Dispute {dispute}", dispute=dispute_id)
        check_version(subject, expected=expected_version, found=dispute.version, status=Term("dispute", dispute.status))
        check_step(
            STEPS[DisputeStep.MARK_PRECEDENT],
            name=DisputeStep.MARK_PRECEDENT,
            subject=subject,
            status=dispute.status,
            statuses="dispute",
            parties=list_matter_parties(person, find_matter(connection, dispute.incident_id)),
            carried={},
        )
        if not storage.update_precedent(connection, dispute_id, version=dispute.version, is_precedent=is_precedent):
            raise ConflictError(
                "{subject} was changed at this moment by somebody else. Read it again.", subject=subject
            )
        return find_dispute_on(connection, dispute_id)


def _read_panel(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))
