"""The table of the life cycle, and all that is not in it."""

from itertools import product

import pytest

from gridmap.domain.incidents import CLOSED_STATUSES, Status, is_open
from gridmap.domain.ledger import find_holder
from gridmap.domain.life_cycle import (
    CENTRE_STATUSES,
    LIFE_CYCLE,
    ONWARD,
    Action,
    Carried,
    ClockEffect,
    Need,
    Relation,
    find_target,
    is_area_of,
    list_possible,
    list_steps,
)
from gridmap.domain.staff import Role

A, R, S, Rel = Action, Role, Status, Relation

# Written out again, on purpose, from the order of the county: action, from, roles with their relation.
ALLOWED = {
    A.ACCEPT: ({S.REPORTED}, {(R.OPERATOR, Rel.CENTRE), (R.DISPATCHER, Rel.CENTRE)}),
    A.REJECT: ({S.REPORTED, S.ACCEPTED, S.RETURNED}, {(R.OPERATOR, Rel.CENTRE), (R.DISPATCHER, Rel.CENTRE)}),
    A.DISPATCH: ({S.ACCEPTED, S.RETURNED, S.REOPENED}, {(R.DISPATCHER, Rel.CENTRE)}),
    A.ACKNOWLEDGE: ({S.DISPATCHED}, {(R.HANDLER, Rel.HOLDER), (R.UNIT_LEAD, Rel.HOLDER)}),
    A.START: ({S.ACKNOWLEDGED, S.REOPENED}, {(R.HANDLER, Rel.HOLDER), (R.UNIT_LEAD, Rel.HOLDER)}),
    A.RETURN: (
        {S.DISPATCHED, S.ACKNOWLEDGED, S.HANDLING, S.EXTENDED, S.REOPENED},
        {(R.HANDLER, Rel.HOLDER), (R.UNIT_LEAD, Rel.HOLDER)},
    ),
    A.DISPUTE: (
        {S.ACCEPTED, S.DISPATCHED, S.ACKNOWLEDGED, S.HANDLING, S.EXTENDED, S.RETURNED, S.REOPENED},
        {(R.UNIT_LEAD, Rel.LEAD), (R.DISPATCHER, Rel.CENTRE), (R.SUPERVISOR, Rel.CENTRE)},
    ),
    A.DECIDE: ({S.DISPUTED}, {(R.SUPERVISOR, Rel.CENTRE)}),
    A.PAUSE: ({S.HANDLING, S.EXTENDED}, {(R.SUPERVISOR, Rel.CENTRE)}),
    A.RESUME: ({S.PAUSED}, {(R.HANDLER, Rel.HOLDER), (R.UNIT_LEAD, Rel.HOLDER), (R.SUPERVISOR, Rel.CENTRE)}),
    A.EXTEND: ({S.HANDLING}, {(R.SUPERVISOR, Rel.CENTRE)}),
    A.RESOLVE: ({S.HANDLING, S.EXTENDED}, {(R.HANDLER, Rel.HOLDER), (R.UNIT_LEAD, Rel.HOLDER)}),
    A.SEND_BACK: ({S.RESOLVED}, {(R.VERIFIER, Rel.CENTRE)}),
    A.VERIFY: ({S.RESOLVED}, {(R.VERIFIER, Rel.CENTRE)}),
    A.CALL_BACK: ({S.VERIFIED}, {(R.OPERATOR, Rel.CENTRE)}),
    A.REOPEN: (
        {S.RESOLVED, S.VERIFIED, S.MERGED, S.CALLED_BACK},
        {(R.OPERATOR, Rel.CENTRE), (R.SUPERVISOR, Rel.CENTRE), (R.TOWNSHIP, Rel.AREA)},
    ),
    A.MERGE: (
        {
            S.REPORTED,
            S.ACCEPTED,
            S.DISPATCHED,
            S.ACKNOWLEDGED,
            S.HANDLING,
            S.EXTENDED,
            S.RETURNED,
            S.REOPENED,
        },
        {(R.OPERATOR, Rel.CENTRE), (R.DISPATCHER, Rel.CENTRE)},
    ),
}


def test_every_action_status_role_and_relation_is_allowed_or_refused() -> None:
    allowed = 0
    for action, status, role, relation in product(Action, Status, Role, Relation):
        statuses, grants = ALLOWED[action]
        rule = LIFE_CYCLE[action]
        may = status in rule.ways and rule.is_granted(role, frozenset({relation}))
        assert may == (status in statuses and (role, relation) in grants), (action, status, role, relation)
        allowed += may
    assert allowed == sum(len(statuses) * len(grants) for statuses, grants in ALLOWED.values())
    # Nearly everything is refused.
    assert allowed < 0.02 * len(Action) * len(Status) * len(Role) * len(Relation)


@pytest.mark.parametrize("action", Action)
def test_who_has_nothing_to_do_with_it_may_do_nothing(action: Action) -> None:
    assert not any(LIFE_CYCLE[action].is_granted(role, frozenset()) for role in Role)


def test_two_statuses_name_one_action() -> None:
    steps = [(source, target) for _, source, target in list_steps()]
    assert len(set(steps)) == len(steps)


def test_every_status_can_be_reached_and_every_open_one_left() -> None:
    reached = {target for _, _, target in list_steps()} | {S.REPORTED}
    assert reached == set(Status)
    for status in Status:
        if is_open(status):
            assert list_possible(status), status
    assert [rule.action for rule in list_possible(S.MERGED)] == [A.REOPEN], "a merging can be taken back"
    assert not list_possible(S.REJECTED)


def test_a_rule_says_what_its_steps_do_to_the_clock() -> None:
    for action, source, target in list_steps():
        clock = LIFE_CYCLE[action].clock
        runs_before = is_open(source) and source is not S.PAUSED
        runs_after = is_open(target) and target is not S.PAUSED
        expected = {(True, False): ClockEffect.STOPS, (False, True): ClockEffect.STARTS}.get((runs_before, runs_after))
        assert clock is (expected or (ClockEffect.LENGTHENS if action is A.EXTEND else ClockEffect.RUNS_ON)), action


def test_the_straight_way_is_made_of_steps() -> None:
    steps = {(source, target) for _, source, target in list_steps()}
    assert set(ONWARD.items()) <= steps


def test_what_was_extended_comes_back_as_that() -> None:
    resume = LIFE_CYCLE[A.RESUME]
    assert find_target(resume, S.PAUSED, is_extended=False) is S.HANDLING
    assert find_target(resume, S.PAUSED, is_extended=True) is S.EXTENDED
    assert find_target(LIFE_CYCLE[A.RESOLVE], S.EXTENDED, is_extended=True) is S.RESOLVED


def test_all_that_is_missing_is_named() -> None:
    everything = frozenset(Need)
    assert Carried().list_missing(everything) == list(Need)
    assert Carried(reason="  ", evidence=("",)).list_missing(frozenset({Need.REASON, Need.EVIDENCE})) == [
        Need.REASON,
        Need.EVIDENCE,
    ]
    assert Carried(reason="r", satisfied=False).list_missing(frozenset({Need.REASON, Need.SATISFIED})) == []
    assert Carried().list_missing(frozenset()) == []


@pytest.mark.parametrize(
    ("area", "codes", "expected"),
    [
        ("", frozenset(), True),
        ("", frozenset({"370783001"}), True),
        ("370783001", frozenset({"370783001", "370783001001"}), True),
        ("370783", frozenset({"370783001"}), True),
        ("370783002", frozenset({"370783001"}), False),
        ("370783001001", frozenset({"370783001"}), False),
        ("370783001", frozenset(), False),
    ],
)
def test_a_person_of_an_area_acts_in_it_and_below(area: str, codes: frozenset[str], expected: bool) -> None:
    assert is_area_of(area, codes) is expected


def test_the_centre_holds_what_is_not_with_a_unit() -> None:
    assert not CENTRE_STATUSES & CLOSED_STATUSES
    assert [status for status in Status if is_open(status) and find_holder(status, "unit") is None] == [
        S.REPORTED,
        S.ACCEPTED,
        S.RETURNED,
        S.DISPUTED,
    ]
