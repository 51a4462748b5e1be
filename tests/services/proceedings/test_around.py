"""What a person is offered about orders and cards is what the services let this person do: by trying all of it."""

from collections.abc import Callable

import pytest

from gridmap.domain.life_cycle import Action
from gridmap.domain.orders import OrderRole, OrderStep
from gridmap.domain.supervision import CardKind, CardStep
from gridmap.errors import ConflictError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.answer_card import answer_card, lift_card
from gridmap.services.proceedings.answer_order import acknowledge_order, finish_order, withdraw_order
from gridmap.services.proceedings.give_card import give_card
from gridmap.services.proceedings.list_around import Around, list_around
from gridmap.services.proceedings.list_cards import StoredCard
from gridmap.services.proceedings.list_orders import Order
from gridmap.services.proceedings.make_orders import make_orders
from gridmap.services.proceedings.override_orders import override_orders
from gridmap.storage.database import Connection, Database
from tests.services.proceedings.conftest import Report, do
from tests.services.proceedings.test_orders import HOUR, MONDAY

PEOPLE = ("op", "di", "su", "di-t2", "enf-1", "enf-lead", "pol-1", "t1", "t2", "re")
Step = tuple[str, int, str]


def _reach(held: Database, desk: Connection, incident_id: int, status: str) -> None:
    """Bring an incident to a status; from its dispatch on with orders, one card of each kind of state."""
    do(desk, incident_id, Action.ACCEPT, "op", at=MONDAY + HOUR)
    if status == "accepted":
        give_card(held, incident_id, CardKind.YELLOW, actor="su", reason="r")  # of the command centre
        return
    do(desk, incident_id, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR)
    make_orders(held, incident_id, actor="di", at=MONDAY + 2 * HOUR)
    given, answered, lifted = (give_card(held, incident_id, CardKind.RED, actor="su", reason="r") for _ in range(3))
    assert given.version == 1
    answer_card(held, answered.id, actor="enf-1", expected_version=1, answer="a")
    lift_card(held, lifted.id, actor="su", expected_version=1, reason="r")
    if status == "dispatched":
        return
    do(desk, incident_id, Action.ACKNOWLEDGE, "enf-1", at=MONDAY + 3 * HOUR)
    do(desk, incident_id, Action.START, "enf-1", at=MONDAY + 4 * HOUR)
    if status == "returned":
        do(desk, incident_id, Action.RETURN, "enf-1", at=MONDAY + 5 * HOUR, reason="r")
    if status == "resolved":
        override_orders(held, incident_id, actor="enf-1", reason="r")
        do(desk, incident_id, Action.RESOLVE, "enf-1", at=MONDAY + 6 * HOUR, evidence=("photo",))


def _tries(held: Database, incident_id: int, around: Around, person: str) -> dict[Step, Callable[[], object]]:
    """Every step that there is, as a call that carries what it needs."""

    def of_order(order: Order) -> dict[str, Callable[[], object]]:
        more = {"evidence": ("photo",), "override_reason": "r"} if order.role is OrderRole.LEAD else {}
        known = {"actor": person, "expected_version": order.version}
        return {
            OrderStep.ACKNOWLEDGE: lambda: acknowledge_order(held, order.id, **known),  # type: ignore[arg-type]
            OrderStep.FINISH: lambda: finish_order(held, order.id, result="r", **known, **more),  # type: ignore[arg-type]
            OrderStep.WITHDRAW: lambda: withdraw_order(held, order.id, reason="r", **known),  # type: ignore[arg-type]
        }

    def of_card(card: StoredCard) -> dict[str, Callable[[], object]]:
        known = {"actor": person, "expected_version": card.version}
        return {
            CardStep.ANSWER: lambda: answer_card(held, card.id, answer="a", **known),  # type: ignore[arg-type]
            CardStep.LIFT: lambda: lift_card(held, card.id, reason="r", **known),  # type: ignore[arg-type]
        }

    found: dict[Step, Callable[[], object]] = {
        ("incident", 0, OrderStep.ORDER): lambda: make_orders(held, incident_id, actor=person),
        ("incident", 0, CardStep.GIVE): lambda: give_card(held, incident_id, CardKind.YELLOW, actor=person, reason="r"),
    }
    if any(one.order.role is OrderRole.ASSIST and one.order.finished_at is None for one in around.orders):
        # Where nobody is waited for there is nothing to override: the service does nothing then.
        found["incident", 0, OrderStep.OVERRIDE] = lambda: override_orders(held, incident_id, actor=person, reason="r")
    for one in around.orders:
        found |= {("order", one.order.id, step): call for step, call in of_order(one.order).items()}
    for other in around.cards:
        found |= {("card", other.card.id, step): call for step, call in of_card(other.card).items()}
    return found


@pytest.mark.parametrize("status", ["accepted", "dispatched", "handling", "returned", "resolved"])
def test_offered_is_what_can_be_done(held: Database, desk: Connection, report: Report, status: str) -> None:
    one = report()
    _reach(held, desk, one, status)
    done = 0
    for person in PEOPLE:
        around = list_around(held, one, actor=person)
        offered: set[Step] = {("incident", 0, step) for step in around.steps}
        offered |= {("order", row.order.id, step) for row in around.orders for step in row.steps}
        offered |= {("card", row.card.id, step) for row in around.cards for step in row.steps}
        accepted = set()
        for step, call in _tries(held, one, around, person).items():
            try:
                with desk.transaction(force_rollback=True):
                    call()
                accepted.add(step)
            except (NotAllowedError, ConflictError):
                pass
        assert offered == accepted, person
        done += len(accepted)
    assert done > 0


def test_who_is_nobody_reads_and_who_is_unknown_is_told(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    _reach(held, desk, one, "handling")
    around = list_around(held, one, actor=None)
    assert [row.order.unit_code for row in around.orders] == ["U-ENF", "U-T01"]
    assert [str(row.card.status) for row in around.cards] == ["given", "answered", "lifted"]
    assert around.steps == []
    assert not any(row.steps for row in (*around.orders, *around.cards))
    with pytest.raises(NotFoundError, match="no active person"):
        list_around(held, one, actor="nobody")
    with pytest.raises(NotFoundError, match="no incident"):
        list_around(held, 10**9, actor="di")
