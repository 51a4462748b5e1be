"""A merging is taken back: the incident goes to who held it before, not to a unit that never had it."""

import pytest
from psycopg import errors as pg_errors

from gridmap.domain.life_cycle import Action
from gridmap.errors import NotAllowedError
from gridmap.services.ledger import list_clocks, list_ledger
from gridmap.services.measures import MeasureQuestion, measure_on
from gridmap.services.proceedings.merge_incident import merge_incident, unmerge_incident
from gridmap.services.transitions import list_actions_on
from gridmap.storage import simulation
from gridmap.storage.database import Connection, Database
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of, version_of
from tests.services.proceedings.test_duplicates import HOUR
from tests.staff import find_unit_id

# How far it had come, and who held it then.
WAYS = {
    "reported": ([], None),
    "accepted": ([(Action.ACCEPT, "op")], None),
    "dispatched": ([(Action.ACCEPT, "op"), (Action.DISPATCH, "di")], "U-ENF"),
    "handling": (
        [(Action.ACCEPT, "op"), (Action.DISPATCH, "di"), (Action.ACKNOWLEDGE, "enf-1"), (Action.START, "enf-1")],
        "U-ENF",
    ),
    "returned": ([(Action.ACCEPT, "op"), (Action.DISPATCH, "di"), (Action.RETURN, "enf-1")], None),
}


def take_back(held: Database, desk: Connection, one: int, other: int, *, hours: int = 10) -> None:
    at = MONDAY + hours * HOUR
    merge_incident(held, one, other, actor="op", expected_version=version_of(desk, one), at=at)
    version = version_of(desk, one)
    unmerge_incident(held, one, actor="op", expected_version=version, reason="r", at=at + HOUR)


def find_holder(held: Database, incident_id: int) -> str | None:
    return list_ledger(held, incident_id)[-1].unit_code


@pytest.mark.parametrize("way", WAYS)
def test_it_goes_back_to_who_held_it(held: Database, desk: Connection, report: Report, way: str) -> None:
    steps, holder = WAYS[way]
    one, other = report(), report()
    for number, (action, actor) in enumerate(steps, start=1):
        do(desk, one, action, actor, at=MONDAY + number * HOUR, reason="r")
    assert status_of(desk, one) == way
    take_back(held, desk, one, other)
    assert status_of(desk, one) == "reopened"
    assert find_holder(held, one) == holder
    # A second time: still with who has it.
    take_back(held, desk, one, other, hours=20)
    assert find_holder(held, one) == holder
    if holder is None:
        assert [piece.unit_code for piece in list_ledger(held, one) if piece.unit_code not in (None, "U-ENF")] == []
        actions = {one.action for one in list_actions_on(desk, one, actor="enf-1")}
        assert not actions & {Action.START, Action.RETURN}
        with pytest.raises(NotAllowedError, match="may not do start"):
            do(desk, one, Action.START, "enf-1", at=MONDAY + 30 * HOUR)
        for status in ("handling", "returned"):
            with pytest.raises(pg_errors.CheckViolation, match="dispatched first"), desk.transaction():
                desk.execute("UPDATE incident SET status = %s WHERE id = %s", [status, one])
        do(desk, one, Action.DISPATCH, "di", at=MONDAY + 30 * HOUR)
        do(desk, one, Action.ACKNOWLEDGE, "enf-1", at=MONDAY + 31 * HOUR)
    do(desk, one, Action.START, "enf-1", at=MONDAY + 32 * HOUR)
    assert find_holder(held, one) == "U-ENF"


def test_not_a_second_is_booked_to_a_unit_that_never_had_it(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    take_back(held, desk, one, other)
    assert {piece.unit_code for piece in list_ledger(held, one)} == {None}
    # Another lead does not bring it there either, nor any other change.
    desk.execute("UPDATE incident SET lead_unit_id = %s WHERE id = %s", [find_unit_id(desk, "U-POL"), one])
    desk.execute("UPDATE incident SET title = 'x' WHERE id = %s", [one])
    assert {piece.unit_code for piece in list_ledger(held, one)} == {None}
    (dispatch,) = [clock for clock in list_clocks(held, one) if clock.kind == "dispatch"]
    assert dispatch.is_running, "the command centre has not dispatched it"


def test_it_counts_as_not_dispatched(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    take_back(held, desk, one, other)
    late = MONDAY + 72 * HOUR
    question = MeasureQuestion(measures=("dispatched_in_time", "returned"), as_of=late)
    values = measure_on(desk, question).total.values
    # Both are late by now and were with no unit.
    assert [(int(one.numerator), int(one.denominator)) for one in values.values()] == [(0, 2), (0, 0)]


def test_a_record_that_came_merged_was_with_nobody(held: Database, desk: Connection, report: Report) -> None:
    one = report(status="merged", resolved_at=MONDAY + HOUR)
    desk.execute("UPDATE incident SET status = 'reopened' WHERE id = %s", [one])
    assert find_holder(held, one) is None
    closed = report(status="resolved", resolved_at=MONDAY + HOUR)
    desk.execute("UPDATE incident SET status = 'reopened' WHERE id = %s", [closed])
    assert find_holder(held, closed) == "U-ENF"


def test_what_waited_in_a_queue_waits_there_again(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(item_code="none"), report()
    take_back(held, desk, one, other)
    row = desk.execute("SELECT queue, lead_unit_id FROM incident WHERE id = %s", [one]).fetchone()
    assert row == ("item_not_in_list", None)
    do(desk, one, Action.DISPATCH, "di", at=MONDAY + 30 * HOUR, unit_code="U-WAT")
    assert desk.execute("SELECT queue FROM incident WHERE id = %s", [one]).fetchone() == (None,)
    assert find_holder(held, one) == "U-WAT"


def test_the_simulation_dispatches_it(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    take_back(held, desk, one, other)
    desk.execute("SELECT set_config('gridmap.at', '', true)")
    assert simulation.resolve_straight(desk, [one], at=MONDAY + 40 * HOUR) == 1
    steps = desk.execute(
        "SELECT to_status FROM incident_event WHERE incident_id = %s AND kind = 'status' ORDER BY id", [one]
    ).fetchall()
    assert [row[0] for row in steps][-4:] == ["dispatched", "acknowledged", "handling", "resolved"]


def test_a_refusal_names_what_was_asked_for(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    merge_incident(held, one, other, actor="op", expected_version=version_of(desk, one), at=MONDAY + HOUR)
    version = version_of(desk, one)
    with pytest.raises(NotAllowedError, match=r"enf-1 \(handler\) may not do unmerge\."):
        unmerge_incident(held, one, actor="enf-1", expected_version=version, reason="r")
    resolved = report(status="resolved")
    with pytest.raises(NotAllowedError, match="may not do reopen"):
        do(desk, resolved, Action.REOPEN, "enf-1", at=MONDAY + 60 * HOUR, reason="r")
