"""The steps of an admission, with their complement."""

import itertools

import pytest

from gridmap.domain.admission import (
    OPEN_STATUSES,
    REQUEST_ROLES,
    ROLES,
    AdmissionPeople,
    AdmissionStatus,
    AdmissionStep,
    find_target,
    list_steps,
)
from gridmap.domain.staff import Role

S, T = AdmissionStatus, AdmissionStep
POSSIBLE = {
    (S.REQUESTED, T.REVIEW): S.REVIEWED_ONCE,
    (S.REVIEWED_ONCE, T.REVIEW): S.REVIEWED_TWICE,
    (S.REVIEWED_TWICE, T.APPROVE): S.APPROVED,
    (S.REQUESTED, T.REFUSE): S.REFUSED,
    (S.REVIEWED_ONCE, T.REFUSE): S.REFUSED,
    (S.REVIEWED_TWICE, T.REFUSE): S.REFUSED,
}


@pytest.mark.parametrize(("status", "step"), [(status, step) for status in S for step in T])
def test_what_is_not_in_the_table_is_impossible(status: AdmissionStatus, step: AdmissionStep) -> None:
    assert find_target(status, step) == POSSIBLE.get((status, step))
    assert (step in list_steps(status)) == ((status, step) in POSSIBLE)


def test_nothing_follows_a_decision_and_approval_takes_two_reviews() -> None:
    assert {status for status in S if not list_steps(status)} == set(S) - OPEN_STATUSES == {S.APPROVED, S.REFUSED}
    for path in itertools.product(T, repeat=2):
        status: AdmissionStatus | None = S.REQUESTED
        for step in path:
            status = None if status is None else find_target(status, step)
        assert status is not S.APPROVED


def test_only_a_supervisor_approves_and_no_unit_role_decides() -> None:
    assert ROLES[T.APPROVE] == {Role.SUPERVISOR}
    assert set(ROLES) == set(T)
    assert not REQUEST_ROLES & frozenset().union(*ROLES.values())


def test_who_acted_is_known() -> None:
    people = AdmissionPeople(requested_by=1, first_reviewed_by=2, second_reviewed_by=None)
    assert [people.has(number) for number in (1, 2, 3)] == [True, True, False]
