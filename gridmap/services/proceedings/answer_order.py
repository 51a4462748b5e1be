"""A unit takes an order and reports what came of it; the command centre takes one back."""

import logging
from collections.abc import Sequence
from datetime import datetime

from gridmap.domain.incidents import Status
from gridmap.domain.life_cycle import Action, Carried
from gridmap.domain.orders import STEPS, OrderRole, OrderStatus, OrderStep
from gridmap.domain.staff import Actor
from gridmap.domain.steps import check_step
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.list_orders import find_order_on
from gridmap.services.proceedings.matters import (
    check_version,
    find_acting_person,
    find_matter,
    list_matter_parties,
    read_instant,
)
from gridmap.services.proceedings.override_orders import override_on
from gridmap.services.transaction import transaction
from gridmap.services.transitions import carry_out_on
from gridmap.storage import orders as storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.orders import Order
from gridmap.storage.proceedings import Matter

logger = logging.getLogger(__name__)


def acknowledge_order(
    database: Database, order_id: int, *, actor: str, expected_version: int, at: datetime | None = None
) -> Order:
    """Say that the unit has its order. That of the lead acknowledges a dispatched incident too.

    Raises
    ------
    NotFoundError, NotAllowedError, ConflictError
        As the table of steps says; ConflictError also if somebody changed the order since it was read.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person, matter, order = _begin(
            connection, order_id, OrderStep.ACKNOWLEDGE, actor=actor, version=expected_version
        )
        if order.role is OrderRole.LEAD and matter.status is Status.DISPATCHED:
            # Its trigger moves the order on.
            carry_out_on(
                connection,
                matter.id,
                Action.ACKNOWLEDGE,
                actor=person.code,
                expected_version=matter.version,
                at=instant,
            )
        else:
            _move(connection, order, OrderStatus.ACKNOWLEDGED, at=instant)
        return find_order_on(connection, order_id)


def finish_order(
    database: Database,
    order_id: int,
    *,
    actor: str,
    expected_version: int,
    result: str,
    evidence: Sequence[str] = (),
    override_reason: str = "",
    at: datetime | None = None,
) -> Order:
    """Report the result of an order. That of the lead resolves the incident.

    Parameters
    ----------
    evidence
        What shows the result; the lead has to name it.
    override_reason
        Of the lead: why it does not wait for the assistants whose orders are open; they become overridden.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps and the life cycle say; ConflictError also if an assistant's order is open and there is
        no reason to override it.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person, matter, order = _begin(
            connection, order_id, OrderStep.FINISH, actor=actor, version=expected_version, result=result
        )
        if order.role is OrderRole.LEAD:
            if override_reason.strip():
                override_on(connection, person, matter, reason=override_reason, at=instant)
            carry_out_on(
                connection,
                matter.id,
                Action.RESOLVE,
                actor=person.code,
                expected_version=matter.version,
                carried=Carried(reason=result, evidence=tuple(evidence)),
                at=instant,
            )
        else:
            _move(connection, order, OrderStatus.DONE, at=instant, result=result.strip())
        found = find_order_on(connection, order_id)
    logger.info("order %d of incident %d is %s", order_id, found.incident_id, found.status)
    return found


def withdraw_order(
    database: Database, order_id: int, *, actor: str, expected_version: int, reason: str, at: datetime | None = None
) -> Order:
    """Take an order back.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError, ConflictError
        As the table of steps says.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        _, _, order = _begin(
            connection, order_id, OrderStep.WITHDRAW, actor=actor, version=expected_version, reason=reason
        )
        _move(connection, order, OrderStatus.WITHDRAWN, at=instant, reason=reason.strip())
        return find_order_on(connection, order_id)


def _begin(
    connection: Connection, order_id: int, step: OrderStep, *, actor: str, version: int, **carried: str
) -> tuple[Actor, Matter, Order]:
    person = find_acting_person(connection, actor)
    # The incident is locked first, as by every action on it; the order as it is then.
    matter = find_matter(connection, find_order_on(connection, order_id).incident_id)
    order = find_order_on(connection, order_id)
    subject = Sentence("Order {order}", order=order_id)
    check_version(subject, expected=version, found=order.version, status=Term("order", order.status))
    check_step(
        STEPS[step],
        name=step,
        subject=subject,
        status=order.status,
        statuses="order",
        parties=list_matter_parties(person, matter, unit_id=order.unit_id),
        carried=carried,
    )
    return person, matter, order


def _move(
    connection: Connection, order: Order, status: OrderStatus, *, at: datetime, result: str = "", reason: str = ""
) -> None:
    storage.update_order(connection, order, status, version=order.version, at=at, result=result, reason=reason)
