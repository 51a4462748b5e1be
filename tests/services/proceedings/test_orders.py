"""Orders on a real database: who is ordered, who may answer, and that an incident waits for its assistants."""

from datetime import timedelta
from decimal import Decimal

import pytest
from psycopg import errors as pg_errors

from gridmap.domain.life_cycle import Action
from gridmap.domain.orders import OrderRole, OrderStatus
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.answer_order import acknowledge_order, finish_order, withdraw_order
from gridmap.services.proceedings.list_orders import Order, list_orders
from gridmap.services.proceedings.make_orders import NewOrder, make_orders
from gridmap.services.proceedings.override_orders import override_orders
from gridmap.storage.database import Connection, Database
from gridmap.storage.simulation import resolve_straight
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of

HOUR = timedelta(hours=1)


def dispatch(desk: Connection, incident_id: int, *, to_handling: bool = True) -> None:
    do(desk, incident_id, Action.ACCEPT, "op", at=MONDAY + HOUR)
    do(desk, incident_id, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR)
    if to_handling:
        do(desk, incident_id, Action.ACKNOWLEDGE, "enf-1", at=MONDAY + 3 * HOUR)
        do(desk, incident_id, Action.START, "enf-1", at=MONDAY + 4 * HOUR)


def order(held: Database, incident_id: int, **more: object) -> dict[str, Order]:
    made = make_orders(held, incident_id, actor="di", at=MONDAY + 5 * HOUR, **more)  # type: ignore[arg-type]
    return {one.unit_code: one for one in made}


def test_the_list_names_lead_and_assistants_with_their_duties(held: Database, desk: Connection, report: Report) -> None:
    desk.execute(
        "UPDATE responsibility_duty d SET duty = d.role || ' duty' FROM responsibility_item i "
        "WHERE i.id = d.item_id AND i.code = 'A02'"
    )
    one = report()
    dispatch(desk, one)
    made = order(held, one)
    assert {code: (found.role, found.duties) for code, found in made.items()} == {
        "U-ENF": (OrderRole.LEAD, ["lead duty"]),
        "U-T01": (OrderRole.ASSIST, ["assist duty"]),
    }
    due = desk.execute("SELECT due_at FROM incident WHERE id = %s", [one]).fetchone()
    assert due is not None
    assert {found.due_at for found in made.values()} == {due[0]}
    # Asked again, what runs stays as it is.
    assert order(held, one) == made


def test_an_order_follows_the_clock_of_its_incident_unless_it_has_its_own(
    held: Database, desk: Connection, report: Report
) -> None:
    one = report()
    dispatch(desk, one)
    own = MONDAY + timedelta(days=1)
    made = order(held, one, orders=[NewOrder("U-T01", ("封控",), own)])
    assert (made["U-T01"].due_at, made["U-T01"].duties) == (own, ["封控"])
    assert made["U-ENF"].role is OrderRole.LEAD
    do(desk, one, Action.EXTEND, "su", at=MONDAY + 6 * HOUR, reason="r", extension=Decimal(1))
    moved = {found.unit_code: found.due_at for found in list_orders(held, incident_id=one)}
    assert moved["U-T01"] == own
    assert made["U-ENF"].due_at is not None
    assert moved["U-ENF"] == made["U-ENF"].due_at + timedelta(days=1)


def test_the_incident_waits_for_its_assistants_by_every_door(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    made = order(held, one)
    with pytest.raises(ConflictError, match=f"^Incident {one} can't be resolved: the orders of 一街道办事处"):
        do(desk, one, Action.RESOLVE, "enf-1", at=MONDAY + 6 * HOUR, evidence=("photo",))
    with pytest.raises(pg_errors.CheckViolation, match="orders of"), desk.transaction():
        desk.execute("UPDATE incident SET status = 'resolved' WHERE id = %s", [one])
    lead, assistant = made["U-ENF"], made["U-T01"]
    with pytest.raises(ConflictError, match="orders of"):
        finish_order(held, lead.id, actor="enf-1", expected_version=1, result="done", evidence=("photo",))
    assert status_of(desk, one) == "handling"
    done = finish_order(held, assistant.id, actor="t1", expected_version=1, result="封控完成", at=MONDAY + 7 * HOUR)
    assert (done.status, done.result, done.finished_at) == (OrderStatus.DONE, "封控完成", MONDAY + 7 * HOUR)
    # Who is done has had it: the acknowledgement is not asked for afterwards.
    assert done.acknowledged_at == MONDAY + 7 * HOUR
    led = finish_order(
        held,
        lead.id,
        actor="enf-1",
        expected_version=1,
        result="处置完毕",
        evidence=("photo",),
        at=MONDAY + 8 * HOUR,
    )
    assert (led.status, led.result) == (OrderStatus.DONE, "处置完毕")
    assert status_of(desk, one) == "resolved"


def test_the_lead_overrides_with_a_reason(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    made = order(held, one)
    with pytest.raises(InputError, match="reason"):
        override_orders(held, one, actor="enf-1", reason=" ")
    with pytest.raises(NotAllowedError):
        override_orders(held, one, actor="t1", reason="r")
    finish_order(
        held,
        made["U-ENF"].id,
        actor="enf-1",
        expected_version=1,
        result="done",
        evidence=("photo",),
        override_reason="不再需要",
        at=MONDAY + 8 * HOUR,
    )
    found = {one.unit_code: (one.status, one.reason) for one in list_orders(held, incident_id=one)}
    assert found == {"U-ENF": (OrderStatus.DONE, ""), "U-T01": (OrderStatus.OVERRIDDEN, "不再需要")}


def test_a_failed_finish_overrides_nothing(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    made = order(held, one)
    with pytest.raises(InputError, match="evidence"):
        finish_order(
            held, made["U-ENF"].id, actor="enf-1", expected_version=1, result="done", override_reason="no time"
        )
    assert {one.status for one in list_orders(held, incident_id=one)} == {OrderStatus.OPEN}


def test_acknowledging_goes_both_ways(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    for incident_id in (one, other):
        dispatch(desk, incident_id, to_handling=False)
    made = order(held, one)
    taken = acknowledge_order(held, made["U-ENF"].id, actor="enf-1", expected_version=1, at=MONDAY + 6 * HOUR)
    assert (taken.status, taken.acknowledged_at) == (OrderStatus.ACKNOWLEDGED, MONDAY + 6 * HOUR)
    assert status_of(desk, one) == "acknowledged"
    order(held, other)
    do(desk, other, Action.ACKNOWLEDGE, "enf-1", at=MONDAY + 6 * HOUR)
    found = {found.unit_code: found.status for found in list_orders(held, incident_id=other)}
    assert found == {"U-ENF": OrderStatus.ACKNOWLEDGED, "U-T01": OrderStatus.OPEN}


def test_a_lost_race_and_a_stranger_are_refused(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    made = order(held, one)
    assistant = made["U-T01"].id
    with pytest.raises(NotAllowedError):
        acknowledge_order(held, assistant, actor="enf-1", expected_version=1)
    with pytest.raises(NotAllowedError):
        acknowledge_order(held, assistant, actor="t2", expected_version=1)
    acknowledge_order(held, assistant, actor="t1", expected_version=1)
    with pytest.raises(ConflictError, match="version 1 was expected, it has version 2 and is acknowledged"):
        finish_order(held, assistant, actor="t1", expected_version=1, result="x")
    with pytest.raises(ConflictError, match="is acknowledged"):
        acknowledge_order(held, assistant, actor="t1", expected_version=2)
    with pytest.raises(NotFoundError):
        acknowledge_order(held, 0, actor="t1", expected_version=2)
    withdrawn = withdraw_order(held, assistant, actor="di", expected_version=2, reason="不需要了")
    assert (withdrawn.status, withdrawn.reason) == (OrderStatus.WITHDRAWN, "不需要了")
    # The unit can be ordered anew.
    assert order(held, one, orders=[NewOrder("U-T01")])["U-T01"].status is OrderStatus.OPEN


def test_bad_orders_are_refused_whole(held: Database, desk: Connection, report: Report) -> None:
    one, unled = report(), report(item_code=None)
    with pytest.raises(ConflictError, match="no orders"):
        order(held, unled)
    dispatch(desk, one)
    with pytest.raises(NotFoundError, match="'U-X', 'U-Y'"):
        order(held, one, orders=[NewOrder("U-T01"), NewOrder("U-X"), NewOrder("U-Y")])
    with pytest.raises(InputError, match="once"):
        order(held, one, orders=[NewOrder("U-T01"), NewOrder("U-T01")])
    with pytest.raises(InputError, match="due before"):
        order(held, one, orders=[NewOrder("U-T01", (), MONDAY)])
    with pytest.raises(InputError, match="orders"):
        order(held, one, orders=[])
    with pytest.raises(NotAllowedError):
        make_orders(held, one, actor="t1")
    assert list_orders(held, incident_id=one) == []
    order(held, one, orders=[NewOrder("U-T01")])
    with pytest.raises(ConflictError, match="running order"):
        order(held, one, orders=[NewOrder("U-T01")])


def test_orders_follow_the_lead_and_the_end(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    order(held, one)
    do(desk, one, Action.RETURN, "enf-1", at=MONDAY + 6 * HOUR, reason="不属我局")
    # An assistant that a panel lets lead: no dispatcher may.
    do(desk, one, Action.DISPUTE, "di", at=MONDAY + 7 * HOUR, reason="r")
    do(desk, one, Action.DECIDE, "su", at=MONDAY + 7 * HOUR, reason="r", unit_code="U-T01")
    found = [(one.unit_code, one.role, one.status) for one in list_orders(held, incident_id=one)]
    assert found == [
        ("U-ENF", OrderRole.LEAD, OrderStatus.WITHDRAWN),
        ("U-T01", OrderRole.ASSIST, OrderStatus.WITHDRAWN),
        ("U-T01", OrderRole.LEAD, OrderStatus.OPEN),
    ]
    other = report()
    do(desk, one, Action.MERGE, "op", at=MONDAY + 8 * HOUR, other_incident_id=other)
    last = list_orders(held, incident_id=one)[-1]
    assert (last.status, last.reason) == (OrderStatus.WITHDRAWN, "incident merged")
    assert list_orders(held, incident_id=one, is_running=True) == []


def test_orders_are_made_at_dispatch_where_the_setting_says_so(
    held: Database, desk: Connection, report: Report
) -> None:
    quiet = report()
    dispatch(desk, quiet, to_handling=False)
    assert list_orders(held, incident_id=quiet) == []
    desk.execute("UPDATE setting SET value = 'assisted' WHERE name = 'orders_at_dispatch'")
    assisted, alone = report(), report(item_code="A04")
    for incident_id in (assisted, alone):
        dispatch(desk, incident_id, to_handling=False)
    assert {one.unit_code for one in list_orders(held, incident_id=assisted)} == {"U-ENF", "U-T01"}
    assert list_orders(held, incident_id=alone) == []
    assert [one.incident_id for one in list_orders(held, unit="U-T01", is_running=True)] == [assisted]


def test_the_simulation_lets_assistants_finish(held: Database, desk: Connection, report: Report) -> None:
    waiting, free = report(), report()
    for incident_id in (waiting, free):
        dispatch(desk, incident_id)
    order(held, waiting)
    assert resolve_straight(desk, [waiting, free], at=MONDAY + 9 * HOUR) == 1
    assert (status_of(desk, waiting), status_of(desk, free)) == ("handling", "resolved")
