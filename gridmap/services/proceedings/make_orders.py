"""Order units to act on an incident: as the responsibility list says, or by hand."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridmap.domain.orders import STEPS, OrderRole, OrderStep
from gridmap.domain.steps import check_step
from gridmap.errors import ConflictError, InputError
from gridmap.sentence import Sentence, Term
from gridmap.services.proceedings.matters import (
    find_acting_person,
    find_matter,
    find_unit_ids,
    list_matter_parties,
    read_instant,
)
from gridmap.services.transaction import transaction
from gridmap.storage import orders as storage
from gridmap.storage.database import Database
from gridmap.storage.orders import Order

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewOrder:
    """What a unit is to do; without `due_at` it is due when the incident is."""

    unit_code: str
    duties: tuple[str, ...] = ()
    due_at: datetime | None = None


def make_orders(
    database: Database,
    incident_id: int,
    *,
    actor: str,
    orders: Sequence[NewOrder] | None = None,
    at: datetime | None = None,
) -> list[Order]:
    """Order units to act, and give all orders of the incident.

    Parameters
    ----------
    orders
        Those made by hand; the unit that leads gets its own beside them. None: those that the list names, with their
        duties. Units whose order runs keep it.

    Raises
    ------
    NotFoundError, NotAllowedError, InputError
        As the table of steps says; an order has to be due after it is given, and to name a unit once.
    ConflictError
        If the incident is closed or nobody leads in it, or a unit that is named has a running order already.
    """
    instant = read_instant(at)
    with transaction(database) as connection:
        person = find_acting_person(connection, actor)
        matter = find_matter(connection, incident_id)
        check_step(
            STEPS[OrderStep.ORDER],
            name=OrderStep.ORDER,
            subject=Sentence("Incident {incident}", incident=incident_id),
            status=None,
            parties=list_matter_parties(person, matter),
            carried={"orders": True if orders is None else list(orders)},
        )
        if matter.lead_unit_id is None:
            raise ConflictError("Incident {incident} is led by nobody: no orders can be made.", incident=incident_id)
        if not matter.is_open:
            raise ConflictError(
                "Incident {incident} is {status}: no orders can be made.",
                incident=incident_id,
                status=Term("status", matter.status),
            )
        if orders is None:
            made = storage.make_from_list(connection, incident_id, at=instant)
        else:
            unit_ids = find_unit_ids(connection, [one.unit_code for one in orders])
            if len(unit_ids) < len(orders):
                raise InputError("Incident {incident}: each unit can be named once.", incident=incident_id)
            made = 0
            for one in orders:
                if one.due_at is not None and read_instant(one.due_at) <= instant:
                    raise InputError(
                        "Incident {incident}: the order of {unit} is due before it is made.",
                        incident=incident_id,
                        unit=one.unit_code,
                    )
                unit_id = unit_ids[one.unit_code]
                order_id = storage.insert_order(
                    connection,
                    incident_id,
                    unit_id,
                    OrderRole.LEAD if unit_id == matter.lead_unit_id else OrderRole.ASSIST,
                    duties=[duty.strip() for duty in one.duties if duty.strip()],
                    at=instant,
                    due_at=one.due_at,
                )
                if order_id is None:
                    raise ConflictError(
                        "Incident {incident}: {unit} has a running order already.",
                        incident=incident_id,
                        unit=one.unit_code,
                    )
                made += 1
            if matter.lead_unit_id not in unit_ids.values():
                storage.insert_order(
                    connection,
                    incident_id,
                    matter.lead_unit_id,
                    OrderRole.LEAD,
                    duties=(),
                    at=instant,
                    due_at=None,
                )
        found = storage.list_orders(connection, incident_id=incident_id)
    logger.info("incident %d: %d orders made", incident_id, made)
    return found
