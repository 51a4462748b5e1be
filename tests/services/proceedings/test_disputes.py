"""Disputes on a real database: an open one exactly while its incident is disputed, by whatever door."""

from datetime import timedelta

import pytest

from gridmap.domain.disputes import PANEL, DisputeCause, DisputeStatus
from gridmap.domain.life_cycle import Action
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.decide_dispute import Decision, decide_dispute, mark_precedent
from gridmap.services.proceedings.list_disputes import Dispute, list_disputes, list_precedents
from gridmap.services.proceedings.open_dispute import open_dispute
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import TOWNSHIPS
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of, version_of

HOUR = timedelta(hours=1)


def dispatch(desk: Connection, incident_id: int) -> None:
    do(desk, incident_id, Action.ACCEPT, "op", at=MONDAY + HOUR)
    do(desk, incident_id, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR)


def dispute(held: Database, desk: Connection, incident_id: int) -> Dispute:
    dispatch(desk, incident_id)
    version = version_of(desk, incident_id)
    at = MONDAY + 3 * HOUR
    return open_dispute(held, incident_id, actor="enf-lead", expected_version=version, reason="不属我局", at=at).dispute


def lead_of(desk: Connection, incident_id: int) -> str:
    row = desk.execute(
        "SELECT u.code FROM incident i JOIN unit u ON u.id = i.lead_unit_id WHERE i.id = %s", [incident_id]
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_on_request_a_panel_names_the_lead(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    opened = dispute(held, desk, one)
    assert status_of(desk, one) == "disputed"
    assert (opened.status, opened.cause, opened.reason) == (DisputeStatus.OPEN, DisputeCause.REQUEST, "不属我局")
    assert (opened.opened_by, opened.opened_at) == ("enf-lead", MONDAY + 3 * HOUR)
    assert opened.due_at == MONDAY + 3 * HOUR + timedelta(days=3)
    assert (opened.item_code, opened.township) == ("A02", TOWNSHIPS[0])
    decision = Decision(unit_code="U-T01", reason="按清单由镇街牵头", is_precedent=True)
    with pytest.raises(NotAllowedError):
        decide_dispute(held, opened.id, decision, actor="di", expected_version=1)
    with pytest.raises(InputError, match="panel"):
        decide_dispute(
            held, opened.id, Decision(unit_code="U-T01", reason="r", panel=(" ",)), actor="su", expected_version=1
        )
    with pytest.raises(NotFoundError, match="U-X"):
        decide_dispute(held, opened.id, Decision(unit_code="U-X", reason="r"), actor="su", expected_version=1)
    done = decide_dispute(held, opened.id, decision, actor="su", expected_version=1, at=MONDAY + 5 * HOUR)
    assert (done.status, done.decided_unit_code, done.decision) == (DisputeStatus.DECIDED, "U-T01", "按清单由镇街牵头")
    assert (done.decided_by, done.decided_at, done.panel) == ("su", MONDAY + 5 * HOUR, list(PANEL))
    assert (status_of(desk, one), lead_of(desk, one)) == ("dispatched", "U-T01")
    with pytest.raises(ConflictError, match="is decided"):
        decide_dispute(held, opened.id, decision, actor="su", expected_version=done.version)


def test_returned_often_enough_it_opens_by_itself(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    do(desk, one, Action.ACCEPT, "op", at=MONDAY + HOUR)
    for number in (1, 2, 3):
        assert list_disputes(held, incident_id=one) == []
        at = MONDAY + (1 + number) * HOUR
        do(desk, one, Action.DISPATCH, "di", at=at)
        do(desk, one, Action.RETURN, "enf-1", at=at + HOUR / 2, reason=f"第{number}次")
    found = list_disputes(held, incident_id=one)
    assert [(each.cause, each.reason, each.opened_by) for each in found] == [
        (DisputeCause.RETURNS, "returned 3 times", None)
    ]
    assert status_of(desk, one) == "disputed"
    # The history keeps both, in their order, each with who did it.
    events = desk.execute(
        "SELECT to_status, actor, action, note FROM incident_event WHERE incident_id = %s AND kind = 'status' "
        "ORDER BY id DESC LIMIT 2",
        [one],
    ).fetchall()
    assert events == [
        ("disputed", "gridmap", "dispute", "returned 3 times"),
        ("returned", "enf-1", "return", "第3次"),
    ]
    # What the transaction does next is again the person's.
    assert desk.execute("SELECT gridmap.acting('actor'), gridmap.acting('note')").fetchone() == ("enf-1", "第3次")
    decide_dispute(
        held,
        found[0].id,
        Decision(unit_code="U-POL", reason="公安牵头"),
        actor="su",
        expected_version=found[0].version,
        at=MONDAY + 6 * HOUR,
    )
    assert lead_of(desk, one) == "U-POL"


def test_the_ledger_books_a_dispute_to_the_centre(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    opened = dispute(held, desk, one)
    decide_dispute(
        held,
        opened.id,
        Decision(unit_code="U-T01", reason="r"),
        actor="su",
        expected_version=1,
        at=MONDAY + 5 * HOUR,
    )
    pieces = desk.execute(
        "SELECT u.code, h.from_at FROM incident_hold h LEFT JOIN unit u ON u.id = h.unit_id "
        "WHERE h.incident_id = %s ORDER BY h.from_at",
        [one],
    ).fetchall()
    assert pieces == [
        (None, MONDAY),
        ("U-ENF", MONDAY + 2 * HOUR),
        (None, MONDAY + 3 * HOUR),
        ("U-T01", MONDAY + 5 * HOUR),
    ]


def test_a_precedent_is_offered_where_it_fits(held: Database, desk: Connection, report: Report) -> None:
    made = []
    for lon, item, day in ((118.805, "A02", 0), (118.835, "A02", 1), (118.805, "A02", 2), (118.805, "A04", 3)):
        one = report(reported_lon=lon, item_code=item, reported_at=MONDAY - timedelta(days=9))
        do(desk, one, Action.ACCEPT, "op", at=MONDAY)
        do(desk, one, Action.DISPATCH, "di", at=MONDAY)
        version = version_of(desk, one)
        opened = open_dispute(held, one, actor="di", expected_version=version, reason="r", at=MONDAY).dispute
        decided = decide_dispute(
            held,
            opened.id,
            Decision(unit_code="U-POL", reason="r", is_precedent=day != 2),
            actor="su",
            expected_version=1,
            at=MONDAY + timedelta(days=day),
        )
        made.append(decided)
    first, elsewhere, plain, other_item = made
    assert [one.id for one in list_precedents(held, "A02", TOWNSHIPS[0])] == [first.id, elsewhere.id]
    assert [one.id for one in list_precedents(held, "A02", TOWNSHIPS[1])] == [elsewhere.id, first.id]
    assert [one.id for one in list_precedents(held, "A04", None)] == [other_item.id]
    assert list_precedents(held, None, None) == []
    with pytest.raises(NotAllowedError):
        mark_precedent(held, plain.id, actor="di", expected_version=plain.version, is_precedent=True)
    mark_precedent(held, plain.id, actor="su", expected_version=plain.version, is_precedent=True)
    # The newest of the township first.
    assert [one.id for one in list_precedents(held, "A02", TOWNSHIPS[0])] == [plain.id, first.id, elsewhere.id]
    mark_precedent(held, first.id, actor="su", expected_version=first.version, is_precedent=False)
    one = report()
    dispatch(desk, one)
    offered = open_dispute(held, one, actor="di", expected_version=version_of(desk, one), reason="r")
    assert [each.id for each in offered.precedents] == [plain.id, elsewhere.id]
    with pytest.raises(InputError, match="no precedent"):
        decide_dispute(
            held,
            offered.dispute.id,
            Decision(unit_code="U-POL", reason="r", follows=first.id),
            actor="su",
            expected_version=1,
        )
    done = decide_dispute(
        held,
        offered.dispute.id,
        Decision(unit_code="U-POL", reason="r", follows=plain.id),
        actor="su",
        expected_version=1,
    )
    assert done.precedent_id == plain.id
    # An old incident can go without taking what rests on its decision.
    with maintenance(desk):
        desk.execute("DELETE FROM incident WHERE id = %s", [plain.incident_id])
    assert [each.precedent_id for each in list_disputes(held, incident_id=one)] == [None]


def test_by_the_plain_action_it_opens_and_ends_too(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    do(desk, one, Action.DISPUTE, "di", at=MONDAY + 3 * HOUR, reason="有争议")
    (opened,) = list_disputes(held, incident_id=one, is_open=True)
    assert (opened.reason, opened.opened_by) == ("有争议", "di")
    do(desk, one, Action.DECIDE, "su", at=MONDAY + 4 * HOUR, reason="定了", unit_code="U-T01")
    (done,) = list_disputes(held, incident_id=one)
    assert (done.status, done.decided_unit_code, done.decision, done.panel) == (
        DisputeStatus.DECIDED,
        "U-T01",
        "定了",
        [],
    )


def test_who_may_not_open_one(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    version = version_of(desk, one)
    for stranger in ("t1", "pol-lead", "op", "enf-1"):
        with pytest.raises(NotAllowedError):
            open_dispute(held, one, actor=stranger, expected_version=version, reason="r")
    with pytest.raises(InputError, match="reason"):
        open_dispute(held, one, actor="di", expected_version=version, reason="")
    with pytest.raises(ConflictError):
        open_dispute(held, one, actor="di", expected_version=version - 1, reason="r")
    assert list_disputes(held, incident_id=one) == []
