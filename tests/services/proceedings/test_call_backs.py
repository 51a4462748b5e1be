"""Call-backs on a real database: what an attempt makes of the incident, and who waits for one."""

from datetime import timedelta
from typing import Any

import pytest

from gridmap.domain.call_backs import CallBackResult
from gridmap.domain.life_cycle import Action
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.call_back import CallBackDone, call_back
from gridmap.services.proceedings.list_call_backs import list_call_backs, list_waiting_call_backs
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of, version_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESOLVED_AT = MONDAY + 5 * HOUR


def handle(desk: Connection, incident_id: int) -> None:
    do(desk, incident_id, Action.ACCEPT, "op-2", at=MONDAY + HOUR)
    do(desk, incident_id, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR)
    do(desk, incident_id, Action.ACKNOWLEDGE, "enf-1", at=MONDAY + 3 * HOUR)
    do(desk, incident_id, Action.START, "enf-1", at=MONDAY + 4 * HOUR)


def settle(desk: Connection, incident_id: int) -> None:
    do(desk, incident_id, Action.RESOLVE, "enf-1", at=RESOLVED_AT, evidence=("photo",))
    do(desk, incident_id, Action.VERIFY, "ve", at=MONDAY + 6 * HOUR)


def attempt(held: Database, desk: Connection, incident_id: int, hours: int = 8, **said: Any) -> CallBackDone:
    version = version_of(desk, incident_id)
    actor = said.pop("actor", "op")
    return call_back(held, incident_id, actor=actor, expected_version=version, at=MONDAY + hours * HOUR, **said)


@pytest.fixture
def verified(desk: Connection, report: Report) -> int:
    one = report()
    handle(desk, one)
    settle(desk, one)
    return one


def test_a_satisfied_reporter_closes_it(held: Database, desk: Connection, verified: int) -> None:
    done = attempt(held, desk, verified, is_reached=True, is_satisfied=True, note="谢谢")
    assert (done.result, done.status) == (CallBackResult.CLOSE, "called_back")
    assert done.version == version_of(desk, verified)
    (one,) = list_call_backs(held, verified)
    assert (one.caller, one.is_satisfied, one.note, one.at) == ("op", True, "谢谢", MONDAY + 8 * HOUR)
    with pytest.raises(ConflictError, match="called back already"):
        attempt(held, desk, verified, is_reached=True, is_satisfied=True)


def test_a_dissatisfied_one_reopens_it_with_the_note(held: Database, desk: Connection, verified: int) -> None:
    with pytest.raises(InputError, match="note"):
        attempt(held, desk, verified, is_reached=True, is_satisfied=False)
    assert list_call_backs(held, verified) == []
    done = attempt(held, desk, verified, is_reached=True, is_satisfied=False, note="仍有异味")
    assert (done.result, done.status) == (CallBackResult.REOPEN, "reopened")
    event = desk.execute(
        "SELECT note, actor FROM incident_event WHERE incident_id = %s AND to_status = 'reopened' AND kind = 'status'",
        [verified],
    ).fetchone()
    assert event == ("仍有异味", "op")
    # Resolved again, the reporter is called again.
    do(desk, verified, Action.START, "enf-1", at=MONDAY + 9 * HOUR)
    do(desk, verified, Action.RESOLVE, "enf-1", at=MONDAY + 10 * HOUR, evidence=("photo",))
    do(desk, verified, Action.VERIFY, "ve", at=MONDAY + 11 * HOUR)
    assert [one.id for one in list_waiting_call_backs(held)] == [verified]
    attempt(held, desk, verified, 12, is_reached=True, is_satisfied=True)
    assert list_waiting_call_backs(held) == []


def test_who_is_not_reached_is_tried_again_and_then_let_be(held: Database, desk: Connection, verified: int) -> None:
    (waiting,) = list_waiting_call_backs(held)
    # Three working days from the closing: a setting of the life cycle.
    assert (waiting.attempts, waiting.due_at, waiting.end_id) == (0, RESOLVED_AT + 3 * DAY, None)
    for number in (1, 2):
        done = attempt(held, desk, verified, 7 + number, is_reached=False)
        assert (done.result, done.status, done.attempts) == (CallBackResult.TRY_AGAIN, "verified", number)
    (waiting,) = list_waiting_call_backs(held)
    assert (waiting.attempts, waiting.last_at) == (2, MONDAY + 9 * HOUR)
    done = attempt(held, desk, verified, 10, is_reached=False)
    assert (done.result, done.status) == (CallBackResult.CLOSE_UNREACHED, "called_back")
    assert done.version == version_of(desk, verified)
    # Nobody was satisfied and nobody was not: no fourth row comes by itself.
    assert [one.is_satisfied for one in list_call_backs(held, verified)] == [None, None, None]
    detail = desk.execute(
        "SELECT action, detail FROM incident_event WHERE incident_id = %s AND to_status = 'called_back'", [verified]
    ).fetchone()
    assert detail == ("call_back", {"unreached": 3})


def test_by_the_plain_action_the_attempt_is_written_too(held: Database, desk: Connection, verified: int) -> None:
    do(desk, verified, Action.CALL_BACK, "op", at=MONDAY + 8 * HOUR, satisfied=True, reason="满意")
    (one,) = list_call_backs(held, verified)
    assert (one.is_reached, one.is_satisfied, one.note, one.caller) == (True, True, "满意", "op")


def test_the_caller_is_of_the_centre_and_had_no_part(held: Database, desk: Connection, report: Report) -> None:
    set_acting(desk, actor="op", role="operator", action="report")
    one = report()
    handle(desk, one)
    settle(desk, one)
    with pytest.raises(NotAllowedError, match="was the reporter"):
        attempt(held, desk, one, is_reached=True, is_satisfied=True)
    for stranger in ("enf-1", "ve", "su", "t1"):
        with pytest.raises(NotAllowedError):
            attempt(held, desk, one, actor=stranger, is_reached=True, is_satisfied=True)
    assert attempt(held, desk, one, actor="op-2", is_reached=True, is_satisfied=True).status == "called_back"


@pytest.mark.parametrize(
    "said",
    [{"is_reached": True}, {"is_reached": False, "is_satisfied": True}, {"is_reached": False, "is_satisfied": False}],
)
def test_what_does_not_go_together_is_refused(
    held: Database, desk: Connection, verified: int, said: dict[str, bool]
) -> None:
    with pytest.raises(InputError, match="says"):
        attempt(held, desk, verified, **said)


def test_only_what_is_verified_is_called_back(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    with pytest.raises(ConflictError, match="when it is verified"):
        attempt(held, desk, one, is_reached=True, is_satisfied=True)
    with pytest.raises(ConflictError, match="version 9 was expected"):
        call_back(held, one, actor="op", expected_version=9, is_reached=False)
    with pytest.raises(NotFoundError):
        call_back(held, 10**12, actor="op", expected_version=1, is_reached=False)
    with pytest.raises(NotFoundError):
        list_call_backs(held, 10**12)


def test_the_reporter_of_a_merged_one_is_called_too(held: Database, desk: Connection, report: Report) -> None:
    first, second, third = report(), report(), report()
    handle(desk, third)
    do(desk, first, Action.MERGE, "op", at=MONDAY + HOUR, other_incident_id=second)
    do(desk, second, Action.MERGE, "op", at=MONDAY + 2 * HOUR, other_incident_id=third)
    with pytest.raises(ConflictError, match="merged into is verified"):
        attempt(held, desk, first, is_reached=True, is_satisfied=True)
    assert list_waiting_call_backs(held) == []
    settle(desk, third)
    waiting = [(one.id, one.end_id, one.due_at) for one in list_waiting_call_backs(held)]
    due_at = RESOLVED_AT + 3 * DAY
    assert waiting == [(first, third, due_at), (second, third, due_at), (third, None, due_at)]
    attempt(held, desk, third, is_reached=True, is_satisfied=True)
    assert attempt(held, desk, first, is_reached=True, is_satisfied=True).status == "merged"
    assert [one.id for one in list_waiting_call_backs(held)] == [second]
    # Dissatisfied: it was not the same matter, or is not over; it goes on by itself.
    done = attempt(held, desk, second, is_reached=True, is_satisfied=False, note="不是一回事")
    assert done.status == "reopened"
    assert desk.execute("SELECT merged_into_id FROM incident WHERE id = %s", [second]).fetchone() == (None,)
    assert status_of(desk, third) == "called_back"
    assert list_waiting_call_backs(held) == []


def test_a_merged_one_that_nobody_answers_waits_no_longer(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report()
    handle(desk, other)
    do(desk, one, Action.MERGE, "op", at=MONDAY + HOUR, other_incident_id=other)
    settle(desk, other)
    for hours in (8, 9, 10):
        assert one in [each.id for each in list_waiting_call_backs(held)]
        attempt(held, desk, one, hours, is_reached=False)
    assert [each.id for each in list_waiting_call_backs(held)] == [other]
    assert status_of(desk, one) == "merged"
