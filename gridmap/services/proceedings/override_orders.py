"""The lead goes on without the assistants whose orders are open, and says why."""

import logging
from datetime import datetime

from gridmap.domain.orders import STEPS, OrderRole, OrderStatus, OrderStep
from gridmap.domain.staff import Actor
from gridmap.domain.steps import check_step
from gridmap.sentence import Sentence
from gridmap.services.proceedings.matters import find_acting_person, find_matter, list_matter_parties, read_instant
from gridmap.services.transaction import transaction
from gridmap.storage import orders as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.orders import Order
from gridmap.storage.proceedings import Matter

logger = logging.getLogger(__name__)


def override_orders(
    database: Database, incident_id: int, *, actor: str, reason: str, at: datetime | None = None
) -> list[Order]:
    """Override the open orders of all assistants of an incident; give all its orders.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError
        As the table of steps says.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        override_on(connection, person, matter, reason=reason, at=instant)
        return storage.list_orders(connection, incident_id=incident_id)


def override_on(connection: Connection, person: Actor, matter: Matter, *, reason: str, at: datetime) -> None:
    """Do the same in the caller's transaction, on an incident that it has locked."""
    check_step(
        STEPS[OrderStep.OVERRIDE],
        name=OrderStep.OVERRIDE,
        subject=Sentence("Incident {incident}", incident=matter.id),
        status=None,
        parties=list_matter_parties(person, matter),
        carried={"reason": reason},
    )
    overridden = 0
    for order in storage.list_orders(connection, incident_id=matter.id, is_running=True):
        if order.role is OrderRole.ASSIST:
            storage.update_order(
                connection,
                order,
                OrderStatus.OVERRIDDEN,
                version=order.version,
                at=at,
                result="",
                reason=reason.strip(),
            )
            overridden += 1
    logger.info("incident %d: %d orders overridden by %s", matter.id, overridden, person.code)
