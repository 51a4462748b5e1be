"""What goes on around one incident, orders and cards, with the steps that a person may take now."""

from dataclasses import dataclass

from gridmap.domain import orders as order_table
from gridmap.domain import supervision as card_table
from gridmap.domain.life_cycle import Action
from gridmap.domain.orders import OrderRole, OrderStep
from gridmap.domain.staff import Actor
from gridmap.domain.steps import list_open_steps
from gridmap.domain.supervision import CardStep
from gridmap.services.proceedings.answer_card import list_card_parties
from gridmap.services.proceedings.list_cards import StoredCard
from gridmap.services.proceedings.list_orders import Order
from gridmap.services.proceedings.matters import find_acting_person, find_matter, list_matter_parties
from gridmap.services.transaction import transaction
from gridmap.services.transitions import list_actions_on
from gridmap.storage import orders as order_storage
from gridmap.storage import supervision as card_storage
from gridmap.storage.database import Connection, Database
from gridmap.storage.proceedings import Matter

__all__ = ["Around", "OpenCard", "OpenOrder", "list_around"]

# Taken about an incident and not about one order: the orders of all assistants are overridden together.
_OF_INCIDENT = frozenset({OrderStep.OVERRIDE})
# The order of the lead moves with its incident: who may not take the action may not take the step.
_LEADS_ON = {OrderStep.ACKNOWLEDGE: Action.ACKNOWLEDGE, OrderStep.FINISH: Action.RESOLVE}


@dataclass(frozen=True)
class OpenOrder:
    """An order, and what the person may do about it."""

    order: Order
    steps: list[OrderStep]


@dataclass(frozen=True)
class OpenCard:
    """A card, and what the person may do about it."""

    card: StoredCard
    steps: list[CardStep]


@dataclass(frozen=True)
class Around:
    """`steps` are those about the incident itself: order, override, give."""

    incident_id: int
    version: int
    steps: list[OrderStep | CardStep]
    orders: list[OpenOrder]
    cards: list[OpenCard]


def list_around(database: Database, incident_id: int, *, actor: str | None) -> Around:
    """List the orders and cards of an incident by id, with the steps that the tables and its status allow the person.

    Parameters
    ----------
    actor
        Code of the person who asks; None may do nothing.

    Raises
    ------
    NotFoundError
        If there is no such incident or person.
    """
    with transaction(database) as connection:
        matter = find_matter(connection, incident_id, is_locked=False)
        person = None if actor is None else find_acting_person(connection, actor)
        orders = order_storage.list_orders(connection, incident_id=incident_id)
        cards = card_storage.list_cards(connection, incident_id=incident_id)
        if person is None:
            return Around(
                incident_id,
                matter.version,
                [],
                [OpenOrder(one, []) for one in orders],
                [OpenCard(one, []) for one in cards],
            )
        return Around(
            incident_id,
            matter.version,
            _list_incident_steps(person, matter, orders),
            _list_orders(connection, person, matter, orders),
            [_make_card(person, matter, one) for one in cards],
        )


def _list_incident_steps(person: Actor, matter: Matter, orders: list[Order]) -> list[OrderStep | CardStep]:
    parties = list_matter_parties(person, matter)
    found: list[OrderStep | CardStep] = []
    if matter.is_open and matter.lead_unit_id is not None:
        orderable: list[OrderStep] = list_open_steps(order_table.STEPS, status=None, parties=parties)
        found += orderable
    override = order_table.STEPS[OrderStep.OVERRIDE]
    if override.parties & parties and any(
        one.role is OrderRole.ASSIST and one.status in override.sources for one in orders
    ):
        found.append(OrderStep.OVERRIDE)
    if matter.is_open:
        givable: list[CardStep] = list_open_steps(card_table.STEPS, status=None, parties=parties)
        found += givable
    return found


def _list_orders(connection: Connection, person: Actor, matter: Matter, orders: list[Order]) -> list[OpenOrder]:
    actions = {one.action for one in list_actions_on(connection, matter.id, actor=person.code)} if orders else set()
    found = []
    for order in orders:
        parties = list_matter_parties(person, matter, unit_id=order.unit_id)
        steps = list_open_steps(order_table.STEPS, status=order.status, parties=parties)
        found.append(OpenOrder(order, [one for one in steps if _is_open(one, order, matter, actions)]))
    return found


def _is_open(step: OrderStep, order: Order, matter: Matter, actions: set[Action]) -> bool:
    if step in _OF_INCIDENT:
        return False
    needed = _LEADS_ON.get(step) if order.role is OrderRole.LEAD else None
    if needed is Action.ACKNOWLEDGE and matter.status != "dispatched":
        return True
    return needed is None or needed in actions


def _make_card(person: Actor, matter: Matter, card: StoredCard) -> OpenCard:
    parties = list_card_parties(person, matter, card)
    return OpenCard(card, list_open_steps(card_table.STEPS, status=card.status, parties=parties))
