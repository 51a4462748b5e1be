"""Calls on a real database: judged by the centre, clocked by unit, told to whoever follows the outbox."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gridmap.domain.calls import CallKind, CallStatus
from gridmap.domain.datum import Datum
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.answer_call import arrive_at_call, respond_to_call
from gridmap.services.proceedings.call_units import CallPoint, NewCall, call_units
from gridmap.services.proceedings.close_call import close_call, rate_unit, withdraw_call
from gridmap.services.proceedings.judge_call import accept_call, add_units, refuse_call
from gridmap.services.proceedings.list_calls import AnswerState, CallFilter, CallState, find_call, list_calls
from gridmap.storage.database import Connection, Database
from tests.county import TOWNSHIPS
from tests.services.proceedings.conftest import MONDAY, Report

MINUTE = timedelta(minutes=1)


def call(held: Database, **changed: Any) -> CallState:
    new = NewCall(
        **{
            "kind": CallKind.WHISTLE,
            "township": TOWNSHIPS[0],
            "matter": "占道经营",
            "place": "农贸市场",
            "wanted": ("U-ENF",),
            **changed,
        }
    )
    return call_units(held, new, actor="t1", at=MONDAY)


def units_of(state: CallState) -> dict[str, AnswerState]:
    return {one.answer.unit_code: one for one in state.answers}


def clocks(state: CallState, code: str) -> tuple[datetime | None, datetime | None]:
    answer = units_of(state)[code].answer
    return answer.respond_by, answer.arrive_by


def test_a_call_runs_its_course(held: Database) -> None:
    made = call(held, point=CallPoint(lon=118.811, lat=36.909, datum=Datum.GCJ02))
    assert (made.call.status, made.call.wanted, made.call.called_by) == (CallStatus.CALLED, ["U-ENF"], "t1")
    # The datum was counted with: GCJ-02 is some 500 m off here.
    assert made.call.lon is not None
    assert made.call.lat is not None
    assert 0.003 < abs(made.call.lon - 118.811) + abs(made.call.lat - 36.909) < 0.012
    call_id = made.call.id
    both, later = ["U-ENF", "U-POL"], MONDAY + 10 * MINUTE
    judged = accept_call(held, call_id, actor="di", expected_version=1, units=both, at=later)
    assert (judged.call.status, judged.call.judged_by) == (CallStatus.JUDGED, "di")
    # From the call, not from the judgement.
    assert clocks(judged, "U-ENF") == (MONDAY + 30 * MINUTE, MONDAY + 120 * MINUTE)
    respond_to_call(held, call_id, unit="U-ENF", actor="enf-1", at=MONDAY + 20 * MINUTE)
    respond_to_call(held, call_id, unit="U-ENF", actor="enf-2", at=MONDAY + 50 * MINUTE)
    there = arrive_at_call(held, call_id, unit="U-ENF", actor="t1", at=MONDAY + 130 * MINUTE)
    found = units_of(there)
    assert found["U-ENF"].answer.responded_at == MONDAY + 20 * MINUTE
    assert (found["U-ENF"].is_response_late, found["U-ENF"].is_arrival_late) == (False, True)
    assert (found["U-POL"].is_response_late, found["U-POL"].is_arrival_late) == (True, True)
    # Arriving is responding.
    came = arrive_at_call(held, call_id, unit="U-POL", actor="pol-1", at=MONDAY + 140 * MINUTE)
    assert units_of(came)["U-POL"].answer.responded_at == MONDAY + 140 * MINUTE
    with pytest.raises(ConflictError, match="is judged"):
        rate_unit(held, call_id, actor="t1", expected_version=2, unit="U-ENF", rating=5)
    closed = close_call(held, call_id, actor="t1", expected_version=2, result="摊点已清理", at=MONDAY + 200 * MINUTE)
    assert (closed.call.status, closed.call.closed_at) == (CallStatus.CLOSED, MONDAY + 200 * MINUTE)
    rated = rate_unit(held, call_id, actor="t1", expected_version=3, unit="U-ENF", rating=4)
    assert units_of(rated)["U-ENF"].answer.rating == 4
    assert rated.call.closed_at == MONDAY + 200 * MINUTE
    with pytest.raises(ConflictError, match="rated 4 already"):
        rate_unit(held, call_id, actor="t1", expected_version=4, unit="U-ENF", rating=1)
    with pytest.raises(InputError, match="1 to 5"):
        rate_unit(held, call_id, actor="t1", expected_version=4, unit="U-POL", rating=0)
    with pytest.raises(ConflictError, match="is closed"):
        respond_to_call(held, call_id, unit="U-POL", actor="pol-1")


def test_who_is_late_is_seen_without_a_write(held: Database) -> None:
    one, other = call(held).call.id, call(held).call.id
    for call_id in (one, other):
        accept_call(held, call_id, actor="di", expected_version=1, units=["U-ENF"], at=MONDAY)
    respond_to_call(held, other, unit="U-ENF", actor="enf-1", at=MONDAY + MINUTE)

    def list_overdue(minutes: float) -> list[int]:
        found = list_calls(held, CallFilter(is_overdue=True), now=MONDAY + minutes * MINUTE)
        return [state.call.id for state in found]

    assert list_overdue(29) == []
    assert list_overdue(30) == [one]
    assert list_overdue(120) == [one, other]
    assert units_of(find_call(held, one, now=MONDAY + 29 * MINUTE))["U-ENF"].is_response_late is False
    close_call(held, one, actor="di", expected_version=2, result="r", at=MONDAY + 40 * MINUTE)
    assert list_overdue(500) == [other]
    # It was late with the response; nobody asks it to arrive any more.
    late = units_of(find_call(held, one, now=MONDAY + 500 * MINUTE))["U-ENF"]
    assert (late.is_response_late, late.is_arrival_late) == (True, False)
    assert [state.call.id for state in list_calls(held, CallFilter(unit="U-ENF", is_open=True))] == [other]


def test_the_clocks_follow_the_settings(held: Database, desk: Connection) -> None:
    expert = call(held, kind=CallKind.EXPERT, place="").call.id
    # Asked Monday, on site Tuesday: one working day of 24 working hours.
    judged = accept_call(held, expert, actor="su", expected_version=1, units=["U-WAT"], at=MONDAY + 60 * MINUTE)
    assert clocks(judged, "U-WAT") == (MONDAY + timedelta(hours=4), MONDAY + timedelta(days=1))
    desk.execute("UPDATE setting SET value = 'judgement' WHERE name = 'call_clock'")
    desk.execute("UPDATE setting SET value = '2 working_day' WHERE name = 'call_arrive_limit'")
    friday = MONDAY + timedelta(days=4)
    later = call_units(
        held,
        NewCall(kind=CallKind.WHISTLE, township=TOWNSHIPS[0], matter="m", place="p"),
        actor="op",
        at=friday - 60 * MINUTE,
    )
    accepted = accept_call(held, later.call.id, actor="di", expected_version=1, units=["U-ENF"], at=friday)
    assert clocks(accepted, "U-ENF") == (friday + 30 * MINUTE, friday + timedelta(days=4))
    both = ["U-ENF", "U-POL"]
    added = add_units(held, later.call.id, actor="di", expected_version=2, units=both, at=friday + 5 * MINUTE)
    assert clocks(added, "U-ENF")[0] == friday + 30 * MINUTE
    assert clocks(added, "U-POL")[0] == friday + 35 * MINUTE
    desk.execute("UPDATE setting SET value = 'soon' WHERE name = 'call_respond_limit'")
    with pytest.raises(InputError, match="call_respond_limit = 'soon'"):
        accept_call(held, call(held).call.id, actor="di", expected_version=1, units=["U-ENF"])


def test_who_may_do_what(held: Database, report: Report) -> None:
    with pytest.raises(NotAllowedError):
        call_units(held, NewCall(kind=CallKind.WHISTLE, township=TOWNSHIPS[1], matter="m", place="p"), actor="t1")
    with pytest.raises(NotAllowedError):
        call_units(held, NewCall(kind=CallKind.WHISTLE, township=TOWNSHIPS[0], matter="m", place="p"), actor="enf-1")
    with pytest.raises(NotFoundError, match="no township 'U-T01'"):
        call_units(held, NewCall(kind=CallKind.WHISTLE, township="U-T01", matter="m", place="p"), actor="op")
    with pytest.raises(InputError, match="has to say where"):
        call(held, place=" ")
    with pytest.raises(InputError, match="matter"):
        call(held, matter=" ")
    with pytest.raises(NotFoundError, match="'U-X'"):
        call(held, wanted=("U-X",))
    with pytest.raises(NotFoundError, match="no incident"):
        call(held, incident_id=10**9)
    one = call(held, place="", incident_id=report()).call.id
    for stranger in ("op", "t1", "di-t2", "enf-1"):
        with pytest.raises(NotAllowedError):
            accept_call(held, one, actor=stranger, expected_version=1, units=["U-ENF"])
    with pytest.raises(InputError, match="units"):
        accept_call(held, one, actor="di", expected_version=1, units=[])
    with pytest.raises(InputError, match="reason"):
        refuse_call(held, one, actor="di", expected_version=1, reason="")
    with pytest.raises(ConflictError, match="is called"):
        respond_to_call(held, one, unit="U-ENF", actor="enf-1")
    accept_call(held, one, actor="di", expected_version=1, units=["U-ENF"])
    with pytest.raises(ConflictError, match="version 1 was expected"):
        refuse_call(held, one, actor="di", expected_version=1, reason="r")
    with pytest.raises(NotAllowedError):
        respond_to_call(held, one, unit="U-ENF", actor="pol-1")
    with pytest.raises(NotFoundError, match="was not called"):
        respond_to_call(held, one, unit="U-POL", actor="pol-1")
    withdrawn = withdraw_call(held, one, actor="t1", expected_version=2, reason="已解决")
    assert (withdrawn.call.status, withdrawn.call.reason) == (CallStatus.WITHDRAWN, "已解决")
    refused = refuse_call(held, call(held).call.id, actor="di", expected_version=1, reason="镇里可办")
    assert (refused.call.status, refused.call.reason) == (CallStatus.REFUSED, "镇里可办")


def test_every_change_is_numbered_for_those_who_follow(held: Database, desk: Connection) -> None:
    def count() -> int:
        row = desk.execute("SELECT count(*) FROM outbox WHERE subject = 'call'").fetchone()
        assert row is not None
        return int(row[0])

    before = count()
    one = call(held).call.id
    assert count() == before + 1
    accept_call(held, one, actor="di", expected_version=1, units=["U-ENF", "U-POL"])
    assert count() == before + 3
    respond_to_call(held, one, unit="U-ENF", actor="enf-1")
    assert count() == before + 4
