"""The life cycle carried out on a real database."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gridmap.domain.incidents import Status
from gridmap.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from gridmap.services.bulk_transitions import carry_out_many
from gridmap.services.pauses import resume_ended_pauses
from gridmap.services.transitions import Action, Carried, Done, carry_out, carry_out_on, list_actions_on
from gridmap.storage.acting import set_acting
from gridmap.storage.database import Connection, Database
from gridmap.storage.maintenance import maintenance
from tests.county import insert_small_county
from tests.staff import find_unit_id, insert_staff


@pytest.fixture(scope="module")
def county(module_database: Database) -> Database:
    """The small county with its staff; each test rolls back what it does."""
    with module_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
    return module_database


@pytest.fixture
def desk(county: Database) -> Iterator[Connection]:
    """A connection whose transaction is rolled back."""
    with county.connect() as connection:
        yield connection
        connection.rollback()


def report(connection: Connection, **values: object) -> int:
    """Report a dog (led by the enforcement bureau) in the first village."""
    row = connection.execute(
        "INSERT INTO incident (item_code, reported_lon, reported_lat, reported_at, status) "
        "VALUES (%(item)s, 118.805, 36.905, coalesce(%(at)s::timestamptz, now()), %(status)s) RETURNING id",
        {"item": "A02", "at": None, "status": "reported", **values},
    ).fetchone()
    assert row is not None
    return int(row[0])


def do(connection: Connection, incident_id: int, *steps: tuple[Action, str, Carried] | tuple[Action, str]) -> Status:
    """Carry out actions one after another, each on the version that the one before left."""
    done = None
    for action, actor, *carried in steps:
        row = connection.execute("SELECT version FROM incident WHERE id = %s", [incident_id]).fetchone()
        assert row is not None
        done = carry_out_on(
            connection,
            incident_id,
            action,
            actor=actor,
            expected_version=row[0],
            carried=carried[0] if carried else Carried(),
        )
    assert done is not None
    return done.to_status


HANDLED = (
    (Action.ACCEPT, "op"),
    (Action.DISPATCH, "di"),
    (Action.ACKNOWLEDGE, "enf-1"),
    (Action.START, "enf-1"),
)
WHY = Carried(reason="the pipe is the water company's")


def test_a_whole_life(desk: Connection) -> None:
    one = report(desk)
    status = do(
        desk,
        one,
        *HANDLED,
        (Action.RESOLVE, "enf-1", Carried(evidence=("photo-1",))),
        (Action.VERIFY, "ve"),
        (Action.CALL_BACK, "op", Carried(satisfied=True)),
    )
    assert status is Status.CALLED_BACK
    events = desk.execute(
        "SELECT action, actor, role FROM incident_event WHERE incident_id = %s AND kind = 'status' ORDER BY id", [one]
    ).fetchall()
    assert [row[0] for row in events] == [
        "accept",
        "dispatch",
        "acknowledge",
        "start",
        "resolve",
        "verify",
        "call_back",
    ]
    assert events[0][1:] == ("op", "operator")


def test_a_lost_race_says_what_changed(desk: Connection) -> None:
    one = report(desk)
    do(desk, one, (Action.ACCEPT, "op"), (Action.DISPATCH, "di"))
    with pytest.raises(ConflictError) as raised:
        carry_out_on(desk, one, Action.ACCEPT, actor="op", expected_version=1)
    message = str(raised.value)
    for part in ("version 1 was expected, it has 3", "is dispatched", "综合行政执法局", "by di", "(dispatch)"):
        assert part in message
    # By the county's clock, to the second: a person reads it.
    found = re.search(r"Since (\S+ \S+) it is dispatched", message)
    assert found is not None
    assert found[1].endswith("+08:00")
    assert len(found[1]) == len("2026-11-27 21:44:26+08:00")
    assert abs(datetime.fromisoformat(found[1]) - datetime.now(UTC)) < timedelta(minutes=10)


def test_two_who_act_at_once_do_not_overwrite_each_other(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        one = report(connection)
    outcomes: list[object] = []

    def act(actor: str) -> None:
        try:
            outcomes.append(carry_out(fresh_database, one, Action.ACCEPT, actor=actor, expected_version=1).version)
        except ConflictError as error:
            outcomes.append(str(error))

    with fresh_database.connect() as holder:
        holder.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", [one])
        threads = [threading.Thread(target=act, args=(actor,)) for actor in ("op", "di")]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, int) for one in outcomes) == [False, True]
    assert any("version 1 was expected, it has 2" in str(one) for one in outcomes)


def test_who_may_act_depends_on_role_unit_and_area(desk: Connection) -> None:
    one = report(desk)
    refused = pytest.raises(NotAllowedError, match="may not do")
    for actor in ("enf-1", "ve", "su", "t1", "t1-worker", "re", "pol-1"):
        with refused:
            do(desk, one, (Action.ACCEPT, actor))
    do(desk, one, (Action.ACCEPT, "op"))
    with refused:
        do(desk, one, (Action.DISPATCH, "di-t2"))
    do(desk, one, (Action.DISPATCH, "di"))
    with refused:
        do(desk, one, (Action.ACKNOWLEDGE, "pol-1"))
    do(desk, one, *HANDLED[2:], (Action.RESOLVE, "enf-2", Carried(evidence=("photo",))))
    with refused:
        do(desk, one, (Action.REOPEN, "t2", Carried(reason="still there")))
    assert do(desk, one, (Action.REOPEN, "t1", Carried(reason="still there"))) is Status.REOPENED


def test_what_is_missing_is_named(desk: Connection) -> None:
    one = report(desk)
    with pytest.raises(InputError, match="reject needs reason"):
        do(desk, one, (Action.REJECT, "op"))
    do(desk, one, *HANDLED)
    with pytest.raises(InputError, match="resolve needs evidence"):
        do(desk, one, (Action.RESOLVE, "enf-1", Carried(reason="done")))
    with pytest.raises(InputError, match="extend needs reason, extension"):
        do(desk, one, (Action.EXTEND, "su"))
    with pytest.raises(InputError, match="U\\+0000"):
        do(desk, one, (Action.RETURN, "enf-1", Carried(reason="a\0b")))


def test_an_action_that_does_not_fit_the_status_names_those_that_do(desk: Connection) -> None:
    one = report(desk)
    with pytest.raises(ConflictError, match=r"is reported: resolve is not possible.*accept, reject, merge"):
        do(desk, one, (Action.RESOLVE, "enf-1"))


def test_what_is_not_there_is_not_found(desk: Connection) -> None:
    one = report(desk)
    for incident_id in (0, -1, 10**9, 2**70):
        with pytest.raises(NotFoundError, match="no incident"):
            carry_out_on(desk, incident_id, Action.ACCEPT, actor="op", expected_version=1)
    for actor in ("nobody", "", "a\0b"):
        with pytest.raises(NotFoundError, match="no active person"):
            carry_out_on(desk, one, Action.ACCEPT, actor=actor, expected_version=1)
    desk.execute("UPDATE staff SET is_active = false WHERE code = 'op'")
    with pytest.raises(NotFoundError, match="no active person"):
        carry_out_on(desk, one, Action.ACCEPT, actor="op", expected_version=1)
    do(desk, one, (Action.ACCEPT, "di"))
    with pytest.raises(NotFoundError, match="no unit 'nowhere'"):
        do(desk, one, (Action.DISPATCH, "di", Carried(unit_code="nowhere")))


def test_who_reports_handles_and_verifies_are_different_people(desk: Connection) -> None:
    set_acting(desk, actor="enf-1", role="handler", action="report")
    one = report(desk)
    do(desk, one, *HANDLED[:3])
    with pytest.raises(NotAllowedError, match="enf-1 is its reporter and can't be its handler"):
        do(desk, one, (Action.START, "enf-1"))
    do(desk, one, (Action.START, "enf-2"), (Action.RESOLVE, "enf-2", Carried(evidence=("photo",))))
    # Even who has changed from the unit to the centre does not verify the own work.
    desk.execute("UPDATE staff SET role = 'verifier', unit_id = NULL WHERE code = 'enf-2'")
    with pytest.raises(NotAllowedError, match="enf-2 is its handler and can't be its verifier"):
        do(desk, one, (Action.VERIFY, "enf-2"))
    assert do(desk, one, (Action.VERIFY, "ve")) is Status.VERIFIED


def test_another_unit_may_be_named(desk: Connection) -> None:
    one = report(desk)
    do(desk, one, (Action.ACCEPT, "op"), (Action.DISPATCH, "di", Carried(unit_code="U-POL")))
    row = desk.execute("SELECT lead_unit_id, holder_unit_id, lead_rule FROM incident WHERE id = %s", [one]).fetchone()
    assert row == (find_unit_id(desk, "U-POL"), find_unit_id(desk, "U-POL"), "assigned")
    off_list = report(desk, item="unheard of")
    do(desk, off_list, (Action.ACCEPT, "op"))
    with pytest.raises(InputError, match="dispatch needs unit_code"):
        do(desk, off_list, (Action.DISPATCH, "di"))


def test_a_decision_names_the_unit_and_ends_the_dispute(desk: Connection) -> None:
    one = report(desk)
    do(desk, one, *HANDLED[:2])
    for _ in range(2):
        do(desk, one, (Action.RETURN, "enf-1", Carried(reason="not ours")), (Action.DISPATCH, "di"))
    # The third return is the last: a dispute opens by itself.
    assert do(desk, one, (Action.RETURN, "enf-1", Carried(reason="not ours"))) is Status.DISPUTED
    with pytest.raises(InputError, match="decide needs reason, unit_code"):
        do(desk, one, (Action.DECIDE, "su"))
    do(desk, one, (Action.DECIDE, "su", Carried(reason="panel", unit_code="U-POL")))
    assert do(desk, one, (Action.ACKNOWLEDGE, "pol-1")) is Status.ACKNOWLEDGED
    with pytest.raises(ConflictError, match="open a dispute"):
        do(desk, one, (Action.RETURN, "pol-1", Carried(reason="not ours")))
    assert do(desk, one, (Action.DISPUTE, "di", Carried(reason="not theirs"))) is Status.DISPUTED


def test_an_extension_lengthens_once_and_not_by_more_than_the_limit(desk: Connection) -> None:
    one = report(desk, at="2026-09-14T07:00:00Z")
    do(desk, one, *HANDLED)

    def extend(by: str, at: str = "2026-09-15T07:00:00Z") -> Done:
        row = desk.execute("SELECT version FROM incident WHERE id = %s", [one]).fetchone()
        assert row is not None
        return carry_out_on(
            desk,
            one,
            Action.EXTEND,
            actor="su",
            expected_version=row[0],
            carried=Carried(reason="rain", extension=Decimal(by)),
            at=datetime.fromisoformat(at),
        )

    with pytest.raises(ConflictError, match="overdue"):
        extend("1", at="2026-09-17T07:00:00Z")
    for wrong in ("0", "-1", "3.5", "NaN", "Infinity"):
        with pytest.raises(InputError, match="above 0 and at most at 3 "):
            extend(wrong)
    done = extend("1.5")
    # A day and a half after Thursday 15:00: to Friday 24:00, and three hours of Sunday the 20th, which is worked.
    assert done.to_status is Status.EXTENDED
    assert done.due_at == datetime(2026, 9, 18, 16, 0, tzinfo=UTC) + timedelta(hours=24 + 3)
    clock = desk.execute(
        "SELECT detail ->> 'former_due_at', detail ->> 'extension' FROM incident_event "
        "WHERE incident_id = %s AND kind = 'clock'",
        [one],
    ).fetchall()
    assert [(datetime.fromisoformat(row[0]), row[1]) for row in clock] == [
        (datetime(2026, 9, 17, 7, 0, tzinfo=UTC), "1.5")
    ]
    do(desk, one, (Action.RESOLVE, "enf-1", Carried(evidence=("p",))))
    do(desk, one, (Action.SEND_BACK, "ve", Carried(reason="not clean")))
    with pytest.raises(ConflictError, match=r"extended by 1\.5 already"):
        extend("1")


@pytest.mark.parametrize(
    ("step", "back"),
    [
        ((Action.RETURN, "enf-1", WHY), (Action.DISPATCH, "di", Carried(unit_code="U-ENF"))),
        ((Action.DISPUTE, "enf-lead", WHY), (Action.DECIDE, "su", Carried(reason="its own", unit_code="U-ENF"))),
    ],
)
def test_what_was_extended_is_returned_or_disputed_and_keeps_its_extension(
    desk: Connection, step: tuple[Action, str, Carried], back: tuple[Action, str, Carried]
) -> None:
    one = report(desk)
    do(desk, one, *HANDLED, (Action.EXTEND, "su", Carried(reason="rain", extension=Decimal("1.5"))))
    ask = "SELECT due_at, extension FROM incident WHERE id = %s"
    extended = desk.execute(ask, [one]).fetchone()
    assert extended is not None
    assert extended[1] == Decimal("1.5")
    do(desk, one, step, back, (Action.ACKNOWLEDGE, "enf-1"))
    assert do(desk, one, (Action.START, "enf-1")) is Status.HANDLING
    assert desk.execute(ask, [one]).fetchone() == extended
    with pytest.raises(ConflictError, match=r"extended by 1\.5 already"):
        do(desk, one, (Action.EXTEND, "su", Carried(reason="rain", extension=Decimal(1))))


def test_a_pause_that_lasts_too_long_ends_by_itself(fresh_database: Database) -> None:
    with fresh_database.connect() as desk:
        insert_small_county(desk)
        insert_staff(desk)
        one, other = (report(desk, at="2026-09-14T07:00:00Z", status="handling") for _ in range(2))
        for incident_id, at in ((one, "2026-09-14T08:00:00Z"), (other, "2026-09-15T07:00:00Z")):
            carry_out_on(
                desk,
                incident_id,
                Action.PAUSE,
                actor="su",
                expected_version=1,
                carried=Carried(reason="flood"),
                at=datetime.fromisoformat(at),
            )
    # Ten working days from Monday 16:00, over a holiday on Friday the 25th and with a Sunday worked on the 20th.
    ends_at = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
    assert resume_ended_pauses(fresh_database, at=ends_at - timedelta(microseconds=1)) == 0
    assert resume_ended_pauses(fresh_database, at=ends_at + timedelta(minutes=4)) == 1
    assert resume_ended_pauses(fresh_database, at=ends_at + timedelta(minutes=4)) == 0
    with fresh_database.connect() as desk:
        rows = desk.execute("SELECT status, stopped_s, due_at FROM incident ORDER BY id").fetchall()
        assert rows[0][:2] == ("handling", 10 * 86400.0)
        assert rows[1][0] == "paused"
        event = desk.execute(
            "SELECT at, actor, action FROM incident_event WHERE incident_id = %s AND to_status = 'handling' "
            "AND kind = 'status'",
            [one],
        ).fetchall()
    assert event == [(ends_at, "gridmap", "resume")]


def test_an_incident_is_merged_into_one_that_is_followed(desk: Connection) -> None:
    one, other, third = report(desk), report(desk), report(desk)
    with pytest.raises(InputError, match="into itself"):
        do(desk, one, (Action.MERGE, "op", Carried(other_incident_id=one)))
    with pytest.raises(NotFoundError, match="to merge into"):
        do(desk, one, (Action.MERGE, "op", Carried(other_incident_id=10**9)))
    assert do(desk, one, (Action.MERGE, "op", Carried(other_incident_id=other))) is Status.MERGED
    with pytest.raises(InputError, match=f"is merged into {other}"):
        do(desk, third, (Action.MERGE, "op", Carried(other_incident_id=one)))
    assert desk.execute("SELECT merged_into_id FROM incident WHERE id = %s", [one]).fetchone() == (other,)


def test_what_is_merged_into_a_closed_incident_says_why(desk: Connection) -> None:
    one, closed = report(desk), report(desk)
    desk.execute("UPDATE incident SET status = 'accepted' WHERE id = %s", [closed])
    for status in ("dispatched", "acknowledged", "handling", "resolved"):
        desk.execute("UPDATE incident SET status = %s WHERE id = %s", [status, closed])
    with pytest.raises(InputError, match=f"{closed} is resolved: say in a reason"):
        do(desk, one, (Action.MERGE, "op", Carried(other_incident_id=closed)))
    said = Carried(other_incident_id=closed, reason="the same pothole, reported after it was filled")
    assert do(desk, one, (Action.MERGE, "op", said)) is Status.MERGED


def test_who_is_not_satisfied_reopens(desk: Connection) -> None:
    one = report(desk, status="verified")
    with pytest.raises(InputError, match="use reopen"):
        do(desk, one, (Action.CALL_BACK, "op", Carried(satisfied=False)))
    assert do(desk, one, (Action.REOPEN, "op", Carried(reason="not satisfied"))) is Status.REOPENED


def test_what_may_be_done_now_is_listed_and_true(desk: Connection) -> None:
    numbers = {
        status: report(desk, status=status.value, at=datetime.now(UTC) - timedelta(minutes=5)) for status in Status
    }
    with maintenance(desk):
        desk.execute("UPDATE incident SET returns = 3 WHERE status = 'handling'")
    carried = Carried(
        reason="r",
        evidence=("e",),
        unit_code="U-ENF",
        extension=Decimal(1),
        satisfied=True,
        other_incident_id=numbers[Status.REPORTED],
    )
    allowed = 0
    for status, incident_id in numbers.items():
        row = desk.execute("SELECT version FROM incident WHERE id = %s", [incident_id]).fetchone()
        assert row is not None
        for actor in ("op", "di", "ve", "su", "enf-1", "enf-lead", "t1"):
            listed = {one.action: one for one in list_actions_on(desk, incident_id, actor=actor)}
            allowed += len(listed)
            for action in Action:
                if action is Action.MERGE and status is Status.REPORTED:
                    continue
                try:
                    with desk.transaction(force_rollback=True):
                        done = carry_out_on(
                            desk, incident_id, action, actor=actor, expected_version=row[0], carried=carried
                        )
                        assert listed[action].to_status is done.to_status
                except (NotAllowedError, ConflictError):
                    assert action not in listed, (status, actor, action)
    assert allowed > 60
    handling = [one.action for one in list_actions_on(desk, numbers[Status.HANDLING], actor="enf-1")]
    assert handling == [Action.RESOLVE], "returned too often"


def test_many_at_once_each_with_its_own_result(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        insert_small_county(connection)
        insert_staff(connection)
        first, second, done = report(connection), report(connection), report(connection, status="handling")
    results = carry_out_many(
        fresh_database, [(done, 1), (second, 7), (first, 1), (10**9, 1)], Action.ACCEPT, actor="op"
    )
    assert [one.incident_id for one in results] == [done, second, first, 10**9]
    assert [type(one.error) for one in results] == [ConflictError, ConflictError, type(None), NotFoundError]
    assert results[2].done is not None
    with fresh_database.connect() as connection:
        rows = connection.execute("SELECT status FROM incident ORDER BY id").fetchall()
    assert rows == [("accepted",), ("reported",), ("handling",)]
    with pytest.raises(InputError, match="named twice"):
        carry_out_many(fresh_database, [(first, 1), (first, 2)], Action.ACCEPT, actor="op")
    with pytest.raises(InputError, match="1 to 500"):
        carry_out_many(fresh_database, [], Action.ACCEPT, actor="op")
    with pytest.raises(NotFoundError, match="no active person"):
        carry_out_many(fresh_database, [(first, 2)], Action.ACCEPT, actor="nobody")
