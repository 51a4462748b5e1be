"""The queues of the command centre: what waits in them, and routing it anew after the list or the map changed."""

import logging
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.routing import REROUTED_QUEUES, Queue
from gridmap.domain.written import ROUTED_ANEW
from gridmap.errors import InputError
from gridmap.sentence import list_texts
from gridmap.services.transaction import transaction
from gridmap.storage import routing as storage
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Database
from gridmap.storage.routing import QueueCount, QueueItemCount, Reroute

__all__ = ["QueueCount", "QueueItemCount", "Queues", "Reroute", "Rerouting", "list_queues", "reroute_queue"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queues:
    """All queues, and what waits in them by item."""

    queues: list[QueueCount]
    items: list[QueueItemCount]


@dataclass(frozen=True)
class Rerouting:
    """What routing a queue anew changed, or would change in a dry run."""

    queue: Queue
    looked_at: int
    changed: list[Reroute]
    is_dry_run: bool


def list_queues(database: Database) -> Queues:
    """List all queues, also the empty ones."""
    with transaction(database) as connection:
        return Queues(storage.list_queues(connection), storage.count_queue_items(connection))


def reroute_queue(
    database: Database, queue: str, *, is_dry_run: bool = False, actor: str = "reroute", at: datetime | None = None
) -> Rerouting:
    """Route what waits in a queue by the list, jurisdictions and powers of the instant `at` (None: now).

    The due times follow the item, from the report as ever; each change is written to the history. Incidents that have a
    lead keep it.

    Raises
    ------
    InputError
        If there is no such queue, or it is emptied by decisions only.
    """
    if queue not in REROUTED_QUEUES:
        raise InputError(
            "{queue!r} is no queue that the rules can empty; there are: {names}.",
            queue=queue,
            names=list_texts(one for one in Queue if one in REROUTED_QUEUES),
        )
    with transaction(database) as connection:
        looked_at = storage.lock_queue(connection, queue)
        changed = storage.list_reroutes(connection, queue, at=at)
        if changed and not is_dry_run:
            note = ROUTED_ANEW.format(queue=queue)
            set_acting(connection, actor=actor, role="", action="reroute", note=note, at=at)
            storage.update_routing(connection, [one.incident_id for one in changed], at=at)
            requeued = [one.incident_id for one in changed if one.to_queue is not None]
            storage.insert_requeued(connection, requeued, actor=actor, note=note, at=at)
    if not is_dry_run:
        logger.info("%d of %d incidents of queue %s routed anew", len(changed), looked_at, queue)
    return Rerouting(Queue(queue), looked_at, changed, is_dry_run)
