"""Why this unit, after people decided: the panel and its dispute are named, and who leads was not passed over."""

from collections.abc import Sequence

import pytest

from gridmap.domain.life_cycle import Action
from gridmap.services.explain import Explanation, explain_incident
from gridmap.services.proceedings.decide_dispute import Decision, decide_dispute
from gridmap.services.proceedings.list_disputes import list_disputes
from gridmap.storage.database import Connection, Database
from gridmap.web.i18n import Language, read_catalogue
from gridmap.web.pages.why import make_why
from gridmap.web.pages.why_words import list_sentences
from tests.services.proceedings.conftest import MONDAY, Report, do
from tests.services.proceedings.test_duplicates import HOUR


def decide(held: Database, desk: Connection, incident_id: int, unit: str, *, hour: int = 5, **more: object) -> int:
    """Dispute who leads, and let the panel name a unit; gives the dispute."""
    do(desk, incident_id, Action.DISPUTE, "di", at=MONDAY + hour * HOUR, reason="whose is it")
    (dispute,) = [one for one in list_disputes(held, incident_id=incident_id) if one.decided_at is None]
    decision = Decision(unit_code=unit, reason="<b>their road</b>", **more)  # type: ignore[arg-type]
    at = MONDAY + (hour + 14) * HOUR
    decide_dispute(held, dispute.id, decision, actor="su", expected_version=dispute.version, at=at)
    return dispute.id


def say(explanation: Explanation, language: Language = Language.ENGLISH) -> list[str]:
    return list_sentences(explanation, read_catalogue(language), timezone="Asia/Shanghai")


def find_codes(explanation: Explanation) -> Sequence[str]:
    return [one.unit.code for one in explanation.alternatives if one.unit]


@pytest.fixture
def noise(desk: Connection, report: Report) -> int:
    """Noise (A01), which the police station of the place leads; the police bureau was looked at and not taken."""
    one = report(item_code="A01")
    do(desk, one, Action.ACCEPT, "op", at=MONDAY + HOUR)
    do(desk, one, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR)
    return one


def test_a_decision_names_dispute_panel_day_and_reason(held: Database, desk: Connection, noise: int) -> None:
    assert find_codes(explain_incident(held, noise)) == ["U-POL"]
    dispute = decide(held, desk, noise, "U-POL", hour=8, panel=("centre", "justice", "交通局"))
    said = explain_incident(held, noise)
    assert said.lead is not None
    assert said.lead.code == "U-POL"
    assert find_codes(said) == [], "who leads is not one that was not taken"
    assert said.decision is not None
    assert (said.decision.dispute_id, said.decision.panel) == (dispute, ("centre", "justice", "交通局"))
    # 22 hours after Monday 9:00 in the county it is Tuesday there, and still Monday in UTC.
    assert said.decision.decided_at == MONDAY + 22 * HOUR
    words = say(said)
    assert words[:3] == [
        f"Decided in dispute {dispute} on 2026-11-17 by the panel (Command centre, Justice bureau, 交通局).",
        "Reason: <b>their road</b>",
        "By the rules it would be 城区派出所: The list names the kind of unit; the point lies in this unit's "
        "jurisdiction.",
    ]
    assert not any("by hand" in one for one in words)
    chinese = " ".join(say(said, Language.CHINESE))
    for part in (f"争议{dispute}", "2026-11-17", "联合认定", "交通局", "按规则应为城区派出所"):
        assert part in chinese
    drawn = str(make_why(said, catalogue=read_catalogue(Language.ENGLISH), timezone="Asia/Shanghai"))
    assert "Decided in dispute" in drawn
    assert "Looked at and not taken" not in drawn


def test_the_precedent_that_it_follows_is_named(held: Database, desk: Connection, report: Report, noise: int) -> None:
    first = decide(held, desk, noise, "U-POL", is_precedent=True)
    other = report(item_code="A01")
    do(desk, other, Action.ACCEPT, "op", at=MONDAY + HOUR)
    decide(held, desk, other, "U-POL", follows=first)
    said = explain_incident(held, other)
    assert said.decision is not None
    assert said.decision.follows is not None
    assert (said.decision.follows.dispute_id, said.decision.follows.incident_id) == (first, noise)
    sentence = f"It follows the precedent of dispute {first} on 2026-11-17: 公安局, incident {noise}."
    assert sentence in say(said)


def test_a_decision_for_who_led_anyway_is_named_too(held: Database, desk: Connection, noise: int) -> None:
    dispute = decide(held, desk, noise, "U-PS1")
    said = explain_incident(held, noise)
    assert said.rule == "jurisdiction"
    assert find_codes(said) == ["U-POL"]
    words = say(said)
    assert words[0].startswith(f"Decided in dispute {dispute} ")
    assert any(one.startswith("By the rules: ") for one in words)


def test_an_assignment_by_hand_is_no_decision_and_its_unit_was_taken(
    held: Database, desk: Connection, report: Report
) -> None:
    one = report(item_code="A01")
    do(desk, one, Action.ACCEPT, "op", at=MONDAY + HOUR)
    do(desk, one, Action.DISPATCH, "di", at=MONDAY + 2 * HOUR, unit_code="U-POL")
    said = explain_incident(held, one)
    assert (said.decision, find_codes(said)) == (None, [])
    words = say(said)
    assert words[0] == "The command centre gave it to this unit by hand."
    assert words[1].startswith("By the rules it would be 城区派出所: ")


def test_what_was_given_to_another_unit_since_is_not_by_the_decision(
    held: Database, desk: Connection, noise: int
) -> None:
    decide(held, desk, noise, "U-POL")
    do(desk, noise, Action.RETURN, "pol-1", at=MONDAY + 40 * HOUR, reason="r")
    do(desk, noise, Action.DISPATCH, "di", at=MONDAY + 41 * HOUR, unit_code="U-ENF")
    said = explain_incident(held, noise)
    assert said.decision is None
    assert find_codes(said) == ["U-POL"]
    # And back to it: by hand, as the decision was left in between.
    do(desk, noise, Action.RETURN, "enf-1", at=MONDAY + 42 * HOUR, reason="r")
    do(desk, noise, Action.DISPATCH, "di", at=MONDAY + 43 * HOUR, unit_code="U-POL")
    said = explain_incident(held, noise)
    assert (said.decision, find_codes(said)) == (None, [])


def test_a_dispute_that_is_open_is_no_decision(held: Database, desk: Connection, noise: int) -> None:
    decide(held, desk, noise, "U-POL")
    do(desk, noise, Action.DISPUTE, "di", at=MONDAY + 40 * HOUR, reason="again")
    said = explain_incident(held, noise)
    assert said.decision is None
    assert "disputed" in say(said)[1]
