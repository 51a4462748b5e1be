"""Cards on a real database: to who held the incident when the share was used, once, however often it is run."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from gridmap.domain.life_cycle import Action
from gridmap.domain.supervision import CardKind, CardStatus
from gridmap.errors import ConflictError, InputError, NotAllowedError
from gridmap.services.proceedings.answer_card import answer_card, lift_card
from gridmap.services.proceedings.give_card import give_card
from gridmap.services.proceedings.list_cards import StoredCard, count_cards, list_cards
from gridmap.services.proceedings.run_supervision import run_supervision
from gridmap.storage.database import Connection, Database
from tests.services.proceedings.conftest import MONDAY, Report, do

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Three working days from Monday 16 November 2026, 9:00; the weekend of the 21st is off.
NEAR, DUE, TWICE, THRICE = MONDAY + 54 * HOUR, MONDAY + 3 * DAY, MONDAY + 8 * DAY, MONDAY + 11 * DAY


def cards_of(held: Database, incident_id: int) -> list[tuple[str, str | None, datetime]]:
    found = list_cards(held, incident_id=incident_id)
    return sorted(((one.kind.value, one.unit_code, one.at) for one in found), key=lambda card: card[2])


def dispatch(desk: Connection, incident_id: int, *, at: datetime = MONDAY + HOUR, handle: bool = False) -> None:
    do(desk, incident_id, Action.ACCEPT, "op", at=at)
    do(desk, incident_id, Action.DISPATCH, "di", at=at)
    if handle:
        do(desk, incident_id, Action.ACKNOWLEDGE, "enf-1", at=at)
        do(desk, incident_id, Action.START, "enf-1", at=at)


def test_each_card_at_its_share_to_who_held_it_then(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    # Returned between the reminder and the due time: the yellow card is the centre's, the red one the next unit's.
    do(desk, one, Action.RETURN, "enf-1", at=NEAR + HOUR, reason="r")
    do(desk, one, Action.DISPATCH, "di", at=DUE + HOUR, unit_code="U-POL")
    expected = [
        ("reminder", "U-ENF", NEAR),
        ("yellow", None, DUE),
        ("red", "U-POL", TWICE),
        ("black", "U-POL", THRICE),
    ]
    assert run_supervision(held, THRICE).given == dict.fromkeys(CardKind, 1)
    assert cards_of(held, one) == expected
    assert set(run_supervision(held, THRICE).given.values()) == {0}
    assert set(run_supervision(held, THRICE + 30 * DAY).given.values()) == {0}
    assert cards_of(held, one) == expected


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (NEAR - timedelta(microseconds=1), []),
        (NEAR, ["reminder"]),
        (DUE, ["reminder", "yellow"]),
        (TWICE, ["reminder", "yellow", "red"]),
        (THRICE - timedelta(seconds=1), ["reminder", "yellow", "red"]),
        (THRICE, ["reminder", "yellow", "red", "black"]),
    ],
)
def test_nothing_before_its_time(
    held: Database, desk: Connection, report: Report, at: datetime, kinds: list[str]
) -> None:
    one = report()
    dispatch(desk, one)
    run_supervision(held, at)
    assert [kind for kind, _, _ in cards_of(held, one)] == kinds


def test_many_runs_and_one_run_give_the_same(held: Database, desk: Connection, report: Report) -> None:
    one, other = report(), report(item_code="A04")
    for incident_id in (one, other):
        dispatch(desk, incident_id)
    for hours in range(0, 300, 6):
        run_supervision(held, MONDAY + hours * HOUR)
    step_by_step = cards_of(held, one), cards_of(held, other)
    desk.execute("DELETE FROM supervision")
    run_supervision(held, MONDAY + 300 * HOUR)
    assert (cards_of(held, one), cards_of(held, other)) == step_by_step
    # Four working hours: 3, 4, 8 and 12 hours after the report.
    assert [at for _, _, at in step_by_step[1]] == [MONDAY + hours * HOUR for hours in (3, 4, 8, 12)]


def test_a_longer_limit_and_a_pause_put_the_cards_off(held: Database, desk: Connection, report: Report) -> None:
    longer, paused, closed = report(), report(), report()
    for incident_id in (longer, paused, closed):
        dispatch(desk, incident_id, handle=True)
    do(desk, longer, Action.EXTEND, "su", at=MONDAY + 2 * HOUR, reason="r", extension=Decimal(3))
    do(desk, paused, Action.PAUSE, "su", at=MONDAY + 2 * HOUR, reason="r")
    do(desk, closed, Action.RESOLVE, "enf-1", at=DUE + HOUR, evidence=("photo",))
    run_supervision(held, TWICE)
    # Six working days: the reminder after four and a half, on Friday; due on Tuesday of the next week, as `TWICE`.
    assert cards_of(held, longer) == [("reminder", "U-ENF", MONDAY + 4.5 * DAY), ("yellow", "U-ENF", TWICE)]
    assert cards_of(held, paused) == []
    assert cards_of(held, closed) == []
    do(desk, paused, Action.RESUME, "su", at=MONDAY + DAY + 2 * HOUR)
    run_supervision(held, TWICE)
    assert cards_of(held, paused) == [("reminder", "U-ENF", NEAR + DAY), ("yellow", "U-ENF", MONDAY + 4 * DAY)]


def test_a_due_time_that_the_sender_set_counts(held: Database, desk: Connection, report: Report) -> None:
    one = report(target_at=MONDAY + 10 * HOUR)
    dispatch(desk, one)
    run_supervision(held, MONDAY + 2 * DAY)
    assert [at for _, _, at in cards_of(held, one)] == [MONDAY + hours * HOUR for hours in (7.5, 10, 20, 30)]


def test_the_shares_are_settings(held: Database, desk: Connection, report: Report) -> None:
    for name, share in (("reminder", "0.5"), ("yellow", "1.5"), ("red", "2.5"), ("black", "4")):
        desk.execute("UPDATE setting SET value = %s WHERE name = %s", [share, f"supervision_{name}"])
    one = report(item_code="A04")
    dispatch(desk, one, at=MONDAY)
    run_supervision(held, MONDAY + DAY)
    assert [at for _, _, at in cards_of(held, one)] == [MONDAY + hours * HOUR for hours in (2, 6, 10, 16)]
    desk.execute("UPDATE setting SET value = '5' WHERE name = 'supervision_reminder'")
    with pytest.raises(InputError, match="have to grow"):
        run_supervision(held, MONDAY)


def test_so_many_red_cards_are_a_black_one(held: Database, desk: Connection, report: Report) -> None:
    ids = [report(reported_at=MONDAY + number * HOUR) for number in range(4)]
    for incident_id in ids:
        dispatch(desk, incident_id, at=MONDAY + 5 * HOUR)
    run_supervision(held, TWICE + 5 * HOUR)
    black = [card for incident_id in ids for card in cards_of(held, incident_id) if card[0] == "black"]
    assert black == [("black", "U-ENF", TWICE + 2 * HOUR)]
    (card,) = list_cards(held, incident_id=ids[2], kind=CardKind.BLACK)
    assert card.reason == "3 red cards in 30 days"
    assert run_supervision(held, TWICE + 6 * HOUR).given[CardKind.BLACK] == 0


def test_by_hand_answered_and_lifted(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    dispatch(desk, one)
    with pytest.raises(NotAllowedError):
        give_card(held, one, CardKind.YELLOW, actor="di", reason="r")
    with pytest.raises(InputError, match="reason"):
        give_card(held, one, CardKind.YELLOW, actor="su", reason=" ")
    card = give_card(held, one, CardKind.YELLOW, actor="su", reason="群众两次催办", at=MONDAY + 2 * HOUR)
    assert (card.unit_code, card.cause, card.given_by, card.status) == ("U-ENF", "hand", "su", CardStatus.GIVEN)
    # By hand again, and the rule's own beside it.
    give_card(held, one, CardKind.YELLOW, actor="su", reason="再次", at=MONDAY + 3 * HOUR)
    run_supervision(held, DUE)
    assert len(list_cards(held, incident_id=one, kind=CardKind.YELLOW)) == 3
    with pytest.raises(NotAllowedError):
        answer_card(held, card.id, actor="pol-1", expected_version=1, answer="x")
    with pytest.raises(InputError, match="answer"):
        answer_card(held, card.id, actor="enf-1", expected_version=1, answer="")
    answered = answer_card(held, card.id, actor="enf-1", expected_version=1, answer="今日办结", at=MONDAY + 4 * HOUR)
    assert (answered.status, answered.answer, answered.answered_by) == (CardStatus.ANSWERED, "今日办结", "enf-1")
    with pytest.raises(ConflictError, match="version 1 was expected"):
        lift_card(held, card.id, actor="su", expected_version=1, reason="r")
    with pytest.raises(ConflictError, match="is answered"):
        answer_card(held, card.id, actor="enf-1", expected_version=2, answer="again")
    with pytest.raises(NotAllowedError):
        lift_card(held, card.id, actor="enf-lead", expected_version=2, reason="r")
    lifted = lift_card(held, card.id, actor="su", expected_version=2, reason="属实")
    assert (lifted.status, lifted.lift_reason, lifted.lifted_by) == (CardStatus.LIFTED, "属实", "su")
    with pytest.raises(ConflictError, match="is lifted"):
        lift_card(held, card.id, actor="su", expected_version=3, reason="r")
    (counted,) = count_cards(held, since=MONDAY, until=DUE + DAY)
    assert (counted.unit_code, counted.unanswered) == ("U-ENF", 3)
    assert (counted.reminder, counted.yellow, counted.red, counted.black) == (1, 2, 0, 0)
    assert {each.id for each in standing(held, "U-ENF")} == {each.id for each in list_cards(held, incident_id=one)} - {
        card.id
    }


def standing(held: Database, unit: str) -> list[StoredCard]:
    return list_cards(held, unit=unit, is_standing=True)


def test_the_centre_answers_its_own(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    card = give_card(held, one, CardKind.REMINDER, actor="su", reason="派遣慢")
    assert card.unit_code is None
    assert answer_card(held, card.id, actor="di", expected_version=1, answer="即派").answered_by == "di"
    assert standing(held, "") == list_cards(held, incident_id=one)


def test_a_closed_incident_gets_none(held: Database, desk: Connection, report: Report) -> None:
    one = report()
    do(desk, one, Action.REJECT, "op", at=MONDAY + HOUR, reason="r")
    with pytest.raises(ConflictError, match="is rejected"):
        give_card(held, one, CardKind.RED, actor="su", reason="r")


def test_lifted_red_cards_do_not_count(held: Database, desk: Connection, report: Report) -> None:
    ids = [report() for _ in range(3)]
    for number, incident_id in enumerate(ids):
        dispatch(desk, incident_id)
        card = give_card(held, incident_id, CardKind.RED, actor="su", reason="r", at=MONDAY + number * HOUR + HOUR)
        if number == 0:
            lift_card(held, card.id, actor="su", expected_version=1, reason="误发")
    assert run_supervision(held, MONDAY + 5 * HOUR).given[CardKind.BLACK] == 0
    give_card(held, ids[0], CardKind.RED, actor="su", reason="r", at=MONDAY + 6 * HOUR)
    assert run_supervision(held, MONDAY + 7 * HOUR).given[CardKind.BLACK] == 1
