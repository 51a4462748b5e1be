"""Pauses end by themselves when their limit is over."""

import logging
from datetime import UTC, datetime

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action
from gridmap.domain.written import PAUSE_IS_OVER, PROGRAM
from gridmap.services.transaction import transaction
from gridmap.storage import transitions as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Database

logger = logging.getLogger(__name__)


def resume_ended_pauses(database: Database, *, at: datetime | None = None) -> int:
    """Resume what was paused for the longest that a pause may take, as of the instant at which it was over.

    Run again, or by several servers at once, it finds nothing left to do. Gives how many.
    """
    with transaction(database) as connection:
        ended = storage.list_ended_pauses(connection, at=at or datetime.now(UTC))
        for pause in ended:
            set_acting(
                connection,
                actor=PROGRAM,
                role="",
                action=Action.RESUME,
                note=PAUSE_IS_OVER,
                at=pause.ends_at,
            )
            storage.update_incident(
                connection, pause.incident_id, Status.EXTENDED if pause.is_extended else Status.HANDLING
            )
    if ended:
        logger.info("%d pauses ended by themselves", len(ended))
    return len(ended)
