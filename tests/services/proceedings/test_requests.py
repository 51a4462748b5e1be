"""Requests for a pause or an extension on a real database: the unit asks, a supervisor answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from threading import Barrier
from typing import Any

import pytest

from gridmap.domain.life_cycle import Action
from gridmap.domain.requests import RequestKind, RequestStatus, RequestStep
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.proceedings.answer_request import approve_request, refuse_request, withdraw_request
from gridmap.services.proceedings.list_requests import (
    StoredRequest,
    find_request,
    list_permitted_steps,
    list_requests,
)
from gridmap.services.proceedings.open_request import open_request
from gridmap.storage.database import Connection, Database
from tests.county import insert_small_county
from tests.services.proceedings.conftest import MONDAY, Report, do, status_of, version_of
from tests.staff import insert_staff

PAUSE, EXTEND = RequestKind.PAUSE, RequestKind.EXTEND
HOUR = timedelta(hours=1)
DUE = MONDAY + 72 * HOUR  # three working days; no holiday in this week
HANDLED = ((Action.ACCEPT, "op"), (Action.DISPATCH, "di"), (Action.ACKNOWLEDGE, "enf-1"), (Action.START, "enf-1"))


@pytest.fixture
def handled(desk: Connection, report: Report) -> int:
    """An incident that the enforcement bureau handles since Monday 13:00, due on Thursday at 9."""
    one = report()
    for number, (action, actor) in enumerate(HANDLED, 1):
        do(desk, one, action, actor, at=MONDAY + number * HOUR)
    return one


def ask(held: Database, desk: Connection, incident_id: int, kind: RequestKind = PAUSE, **changed: Any) -> StoredRequest:
    said: dict[str, Any] = {
        "actor": "enf-1",
        "expected_version": version_of(desk, incident_id),
        "reason": "等检测结论",
        "extension": Decimal(2) if kind is EXTEND else None,
        "at": MONDAY + 10 * HOUR,
        **changed,
    }
    return open_request(held, incident_id, kind, **said)


def read(connection: Connection, incident_id: int, columns: str) -> tuple[Any, ...]:
    row = connection.execute(f"SELECT {columns} FROM incident WHERE id = %s", [incident_id]).fetchone()
    assert row is not None
    return tuple(row)


def last_event(connection: Connection, incident_id: int, columns: str) -> tuple[Any, ...]:
    row = connection.execute(
        f"SELECT {columns} FROM incident_event WHERE incident_id = %s AND kind = 'status' ORDER BY id DESC LIMIT 1",
        [incident_id],
    ).fetchone()
    assert row is not None
    return tuple(row)


def test_a_pause_starts_with_the_approval(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled)
    assert (asked.status, asked.kind, asked.unit_code, asked.requested_by) == ("open", "pause", "U-ENF", "enf-1")
    assert (asked.extension, asked.reason, asked.version) == (None, "等检测结论", 1)
    assert asked.answer_by == MONDAY + 11 * HOUR, "within an hour"
    # The clock runs while nobody answers.
    assert read(desk, handled, "status, stopped_at, due_at") == ("handling", None, DUE)
    done = approve_request(held, asked.id, actor="su", expected_version=1, decision="同意", at=MONDAY + 14 * HOUR)
    assert (done.status, done.ended_by, done.ended_at) == ("approved", "su", MONDAY + 14 * HOUR)
    assert (done.decision, done.granted_extension, done.version) == ("同意", None, 2)
    assert read(desk, handled, "status, stopped_at, due_at") == ("paused", MONDAY + 14 * HOUR, None)
    assert last_event(desk, handled, "actor, role, action, note, at") == (
        "su",
        "supervisor",
        "pause",
        "等检测结论",
        MONDAY + 14 * HOUR,
    )
    assert last_event(desk, handled, "detail")[0] == {"request_id": asked.id, "requested_by": "enf-1"}
    # The hours in which the request was open are the unit's, and no second is lost.
    pieces = desk.execute(
        "SELECT kind, from_at, to_at FROM incident_hold WHERE incident_id = %s ORDER BY from_at", [handled]
    ).fetchall()
    assert pieces[-2:] == [
        ("held", MONDAY + 2 * HOUR, MONDAY + 14 * HOUR),
        ("paused", MONDAY + 14 * HOUR, None),
    ]


def test_an_extension_may_be_granted_shorter_than_asked(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled, EXTEND)
    assert (asked.extension, asked.limit_unit) == (Decimal(2), "working_day")
    for wrong in ("0", "-1", "2.1", "NaN", "Infinity"):
        with pytest.raises(InputError, match="at most at the 2 "):
            approve_request(held, asked.id, actor="su", expected_version=1, extension=Decimal(wrong))
    done = approve_request(
        held, asked.id, actor="su", expected_version=1, extension=Decimal("0.5"), at=MONDAY + 20 * HOUR
    )
    assert (done.extension, done.granted_extension) == (Decimal(2), Decimal("0.5"))
    assert read(desk, handled, "status, extension, due_at") == ("extended", Decimal("0.5"), DUE + 12 * HOUR)
    assert last_event(desk, handled, "detail ->> 'extension', detail ->> 'request_id'") == ("0.5", str(asked.id))


def test_without_a_word_what_was_asked_for_is_granted(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled, EXTEND, extension=Decimal("1.50"))
    done = approve_request(held, asked.id, actor="su", expected_version=1, at=MONDAY + 11 * HOUR)
    assert done.granted_extension == done.extension == Decimal("1.5")
    assert read(desk, handled, "extension") == (Decimal("1.5"),)


def test_a_refusal_says_why_and_leaves_the_clock(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled)
    for empty in ("", "  "):
        with pytest.raises(InputError, match="refuse needs reason"):
            refuse_request(held, asked.id, actor="su", expected_version=1, reason=empty)
    done = refuse_request(held, asked.id, actor="su", expected_version=1, reason="可先行处置", at=MONDAY + 12 * HOUR)
    assert (done.status, done.decision, done.ended_by) == ("refused", "可先行处置", "su")
    assert read(desk, handled, "status, due_at") == ("handling", DUE)
    for act in (approve_request, withdraw_request):
        with pytest.raises(ConflictError, match=r"is refused: .* needs it to be open"):
            act(held, asked.id, actor="su" if act is approve_request else "enf-1", expected_version=2)
    # It may be asked for again.
    assert ask(held, desk, handled, at=MONDAY + 13 * HOUR).id != asked.id


def test_the_unit_takes_it_back(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled, actor="enf-lead")
    with pytest.raises(NotAllowedError, match="withdraw is for holder"):
        withdraw_request(held, asked.id, actor="su", expected_version=1)
    # Another handler of the unit may: it is the unit's.
    done = withdraw_request(held, asked.id, actor="enf-2", expected_version=1, at=MONDAY + 11 * HOUR)
    assert (done.status, done.ended_by) == ("withdrawn", "enf-2")
    assert list_requests(held, incident_id=handled, is_open=True) == []


def test_one_of_a_kind_is_open_and_the_other_kind_may_be_too(held: Database, desk: Connection, handled: int) -> None:
    first, second = ask(held, desk, handled), ask(held, desk, handled, EXTEND)
    with pytest.raises(ConflictError, match=f"request {first.id} to pause is open already"):
        ask(held, desk, handled)
    # An extended incident may be paused, so the other request stays; a paused one can't be extended.
    approve_request(held, second.id, actor="su", expected_version=1, at=MONDAY + 12 * HOUR)
    assert find_request(held, first.id).status is RequestStatus.OPEN
    approve_request(held, first.id, actor="su", expected_version=1, at=MONDAY + 13 * HOUR)
    assert status_of(desk, handled) == "paused"


@pytest.mark.parametrize("actor", ["pol-1", "pol-lead", "t1", "t1-worker", "op", "di", "ve", "su", "re"])
def test_who_does_not_hold_it_can_t_ask(held: Database, desk: Connection, handled: int, actor: str) -> None:
    with pytest.raises(NotAllowedError, match="request to pause is for holder"):
        ask(held, desk, handled, actor=actor)


@pytest.mark.parametrize("actor", ["enf-1", "enf-lead", "t1", "op", "di", "ve"])
def test_who_is_no_supervisor_does_not_answer(held: Database, desk: Connection, handled: int, actor: str) -> None:
    asked = ask(held, desk, handled)
    with pytest.raises(NotAllowedError, match="approve is for supervisor"):
        approve_request(held, asked.id, actor=actor, expected_version=1)
    with pytest.raises(NotAllowedError, match="refuse is for supervisor"):
        refuse_request(held, asked.id, actor=actor, expected_version=1, reason="r")
    assert find_request(held, asked.id).status is RequestStatus.OPEN


def test_a_unit_does_not_stop_its_own_clock(desk: Connection, handled: int) -> None:
    for actor in ("enf-1", "enf-lead"):
        with pytest.raises(NotAllowedError, match=r"may not do pause. That is for supervisor \(centre\)"):
            do(desk, handled, Action.PAUSE, actor, at=MONDAY + 10 * HOUR, reason="r")
    do(desk, handled, Action.PAUSE, "su", at=MONDAY + 10 * HOUR, reason="r")


Spoil = Callable[[Database, Connection, int], None]


def _extend(_: Database, desk: Connection, incident_id: int) -> None:
    do(desk, incident_id, Action.EXTEND, "su", at=MONDAY + 6 * HOUR, reason="r", extension=Decimal(1))


@pytest.mark.parametrize(
    ("kind", "changed", "error", "words"),
    [
        (PAUSE, {"reason": " "}, InputError, "request to pause needs reason"),
        (EXTEND, {"reason": "", "extension": None}, InputError, "request to extend needs extension, reason"),
        (EXTEND, {"extension": Decimal("3.01")}, InputError, "above 0 and at most at 3 "),
        (EXTEND, {"extension": Decimal(0)}, InputError, "above 0 and at most at 3 "),
        (EXTEND, {"extension": Decimal("NaN")}, InputError, "above 0 and at most at 3 "),
        (PAUSE, {"extension": Decimal(1)}, InputError, "a pause has no extension"),
        (PAUSE, {"reason": "a\0b"}, InputError, r"U\+0000"),
        (PAUSE, {"at": DUE}, ConflictError, "it is overdue, so its clock can't be stopped"),
        (EXTEND, {"at": DUE}, ConflictError, "it is overdue: more time has to be asked for before"),
        (PAUSE, {"expected_version": 1}, ConflictError, "version 1 was expected"),
        (PAUSE, {"actor": "nobody"}, NotFoundError, "no active person"),
        (PAUSE, {"at": MONDAY.replace(tzinfo=None)}, InputError, "no time zone"),
    ],
)
def test_what_the_action_refuses_can_t_be_asked_for(
    held: Database,
    desk: Connection,
    handled: int,
    kind: RequestKind,
    changed: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        ask(held, desk, handled, kind, **changed)
    assert list_requests(held, incident_id=handled) == []


def test_what_was_extended_once_is_not_asked_for_again(held: Database, desk: Connection, handled: int) -> None:
    _extend(held, desk, handled)
    with pytest.raises(ConflictError, match="is extended: extend is not possible"):
        ask(held, desk, handled, EXTEND)
    # Handled again after the verifier sent it back, the action itself says so.
    do(desk, handled, Action.RESOLVE, "enf-1", at=MONDAY + 7 * HOUR, evidence=("p",))
    do(desk, handled, Action.SEND_BACK, "ve", at=MONDAY + 8 * HOUR, reason="r")
    with pytest.raises(ConflictError, match="extended by 1 already"):
        ask(held, desk, handled, EXTEND)


@pytest.mark.parametrize("number", range(len(HANDLED)))
def test_before_it_is_handled_there_is_nothing_to_ask_for(
    held: Database, desk: Connection, report: Report, number: int
) -> None:
    one = report()
    for action, actor in HANDLED[:number]:
        do(desk, one, action, actor, at=MONDAY + HOUR)
    for kind in RequestKind:
        # While the centre holds it nobody of the unit may ask at all.
        with pytest.raises((ConflictError, NotAllowedError), match=r"is not possible|is for holder"):
            ask(held, desk, one, kind)


def test_what_became_overdue_meanwhile_is_only_refused(held: Database, desk: Connection, handled: int) -> None:
    asked, longer = ask(held, desk, handled, at=DUE - HOUR), ask(held, desk, handled, EXTEND, at=DUE - HOUR)
    for request in (asked, longer):
        with pytest.raises(ConflictError, match="overdue"):
            approve_request(held, request.id, actor="su", expected_version=1, at=DUE)
        # All of it is undone: the request is open, as it was.
        assert find_request(held, request.id) == request
    approve_request(held, asked.id, actor="su", expected_version=1, at=DUE - timedelta(microseconds=1))
    assert status_of(desk, handled) == "paused"


def test_a_lost_race_is_told(held: Database, desk: Connection, handled: int) -> None:
    asked = ask(held, desk, handled)
    withdraw_request(held, asked.id, actor="enf-1", expected_version=1)
    for act in (approve_request, withdraw_request):
        with pytest.raises(ConflictError, match="version 1 was expected, it has version 2 and is withdrawn"):
            act(held, asked.id, actor="su", expected_version=1)
    for request_id in (0, -1, 10**9, 2**70):
        with pytest.raises(NotFoundError, match="no request"):
            find_request(held, request_id)
        with pytest.raises(NotFoundError, match="no request"):
            approve_request(held, request_id, actor="su", expected_version=1)
    with pytest.raises(NotFoundError, match="no incident 0"):
        open_request(held, 0, PAUSE, actor="enf-1", expected_version=1, reason="r")


def test_lists_are_restricted(held: Database, desk: Connection, report: Report) -> None:
    handled, other = report(), report()
    for one, (action, actor) in product((handled, other), HANDLED):
        do(desk, one, action, actor, at=MONDAY + HOUR)
    first, second, third = ask(held, desk, handled), ask(held, desk, other, EXTEND), ask(held, desk, other)
    refuse_request(held, first.id, actor="su", expected_version=1, reason="r")

    def ids(**asked: Any) -> list[int]:
        return [one.id for one in list_requests(held, **asked)]

    assert ids() == ids(unit="U-ENF") == [first.id, second.id, third.id]
    assert ids(is_open=True) == ids(incident_id=other) == [second.id, third.id]
    assert ids(kind=PAUSE) == [first.id, third.id]
    assert ids(after=first.id, limit=1) == [second.id]
    assert ids(unit="U-POL") == ids(unit="nowhere") == []


def permitted(held: Database, incident_id: int, actor: str) -> list[tuple[RequestKind, RequestStep]]:
    return [(one.kind, one.step) for one in list_permitted_steps(held, incident_id, actor=actor)]


def test_what_a_person_may_do_is_what_is_then_done(held: Database, desk: Connection, report: Report) -> None:
    one = report(reported_at=datetime.now(MONDAY.tzinfo))
    for action, actor in HANDLED:
        assert permitted(held, one, "enf-1") == []
        do(desk, one, action, actor, at=datetime.now(MONDAY.tzinfo))
    assert permitted(held, one, "su") == permitted(held, one, "pol-1") == permitted(held, one, "op") == []
    offered = list_permitted_steps(held, one, actor="enf-1")
    assert [(step.kind, step.step, step.needs, step.most) for step in offered] == [
        (PAUSE, RequestStep.REQUEST, ("reason",), None),
        (EXTEND, RequestStep.REQUEST, ("extension", "reason"), Decimal(3)),
    ]
    asked = ask(held, desk, one, EXTEND, at=None)
    assert permitted(held, one, "enf-2") == [(PAUSE, RequestStep.REQUEST), (EXTEND, RequestStep.WITHDRAW)]
    answers = list_permitted_steps(held, one, actor="su")
    assert [(step.step, step.request_id, step.version, step.most) for step in answers] == [
        (RequestStep.APPROVE, asked.id, 1, Decimal(2)),
        (RequestStep.REFUSE, asked.id, 1, Decimal(2)),
    ]
    # Overdue it can be refused or taken back, neither approved nor asked for.
    desk.execute("UPDATE incident SET target_at = now() - interval '1 second' WHERE id = %s", [one])
    assert permitted(held, one, "su") == [(EXTEND, RequestStep.REFUSE)]
    assert permitted(held, one, "enf-1") == [(EXTEND, RequestStep.WITHDRAW)]
    with pytest.raises(NotFoundError):
        list_permitted_steps(held, 0, actor="su")


def test_of_two_who_answer_or_ask_at_once_one_is_told(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        row = connection.execute(
            "INSERT INTO incident (item_code, reported_lon, reported_lat, status) "
            "VALUES ('A02', 118.805, 36.905, 'handling') RETURNING id"
        ).fetchone()
    assert row is not None

    def at_once(act: Callable[[int], StoredRequest]) -> list[StoredRequest]:
        start, done, refused = Barrier(4), [], []

        def run(number: int) -> None:
            start.wait()
            try:
                done.append(act(number))
            except ConflictError as error:
                refused.append(error)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        assert (len(done), len(refused)) == (1, 3)
        return done

    (asked,) = at_once(
        lambda number: open_request(
            fresh_database, row[0], PAUSE, actor=("enf-1", "enf-2")[number % 2], expected_version=1, reason="r"
        )
    )
    (done,) = at_once(
        lambda number: (
            approve_request(fresh_database, asked.id, actor="su", expected_version=1)
            if number % 2
            else refuse_request(fresh_database, asked.id, actor="su", expected_version=1, reason="r")
        )
    )
    with fresh_database.connect() as connection:
        found = connection.execute("SELECT status FROM incident").fetchall()
        pauses = connection.execute("SELECT count(*) FROM incident_event WHERE action = 'pause'").fetchone()
    is_paused = done.status is RequestStatus.APPROVED
    assert found == [("paused" if is_paused else "handling",)]
    assert pauses is not None
    assert (pauses[0] > 0) is is_paused
