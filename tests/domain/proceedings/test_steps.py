"""The tables of steps with their complement: what a table does not name is refused, and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from gridmap.domain import calls, disputes, orders, requests, supervision
from gridmap.domain.party import Party
from gridmap.domain.steps import Step, check_step
from gridmap.errors import ConflictError, InputError, NotAllowedError

Table = tuple[Mapping[Any, Step], type[StrEnum], dict[str, tuple[str, str]]]

REQUESTS = {
    "request": ("", "open"),
    "approve": ("open", "approved"),
    "refuse": ("open", "refused"),
    "withdraw": ("open", "withdrawn"),
}
# Of each table: the steps, the statuses, and independent of the table what each step does: sources and target.
TABLES: dict[str, Table] = {
    "orders": (
        orders.STEPS,
        orders.OrderStatus,
        {
            "order": ("", "open"),
            "acknowledge": ("open", "acknowledged"),
            "finish": ("open acknowledged", "done"),
            "withdraw": ("open acknowledged", "withdrawn"),
            "override": ("open acknowledged", "overridden"),
        },
    ),
    "calls": (
        calls.STEPS,
        calls.CallStatus,
        {
            "call": ("", "called"),
            "accept": ("called", "judged"),
            "refuse": ("called", "refused"),
            "add_units": ("judged", "judged"),
            "respond": ("judged", "judged"),
            "arrive": ("judged", "judged"),
            "rate": ("closed", "closed"),
            "close": ("judged", "closed"),
            "withdraw": ("called judged", "withdrawn"),
        },
    ),
    "disputes": (
        disputes.STEPS,
        disputes.DisputeStatus,
        {"open": ("", "open"), "decide": ("open", "decided"), "mark_precedent": ("decided", "decided")},
    ),
    "supervision": (
        supervision.STEPS,
        supervision.CardStatus,
        {"give": ("", "given"), "answer": ("given", "answered"), "lift": ("given answered", "lifted")},
    ),
    "requests for a pause": (requests.STEPS[requests.RequestKind.PAUSE], requests.RequestStatus, REQUESTS),
    "requests for an extension": (requests.STEPS[requests.RequestKind.EXTEND], requests.RequestStatus, REQUESTS),
}
CASES = [
    (table, name, status)
    for table, (_, statuses, said) in TABLES.items()
    for name, status in product(said, statuses)
    if said[name][0]
]


def take(table: str, name: str, *, status: str | None, parties: set[Party], **carried: object) -> None:
    check_step(TABLES[table][0][name], name=name, subject="Row 1", status=status, parties=parties, carried=carried)


def carry_all(table: str, name: str) -> dict[str, object]:
    return dict.fromkeys(TABLES[table][0][name].carries, "x")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_whole_and_ends_in_statuses(table: str) -> None:
    steps, statuses, said = TABLES[table]
    assert {str(name) for name in steps} == set(said)
    assert {name: step.target for name, step in steps.items()} == {name: target for name, (_, target) in said.items()}
    reached = {step.target for step in steps.values()}
    # Dropped is what becomes of the incident, not a step of the row's own.
    may_drop = table == "disputes" or table.startswith("requests")
    assert set(statuses) - reached == ({statuses("dropped")} if may_drop else set())
    assert all(step.parties for step in steps.values())


@pytest.mark.parametrize(("table", "name", "status"), CASES)
def test_a_step_is_taken_from_its_statuses_alone(table: str, name: str, status: str) -> None:
    steps, _, said = TABLES[table]
    parties = set(steps[name].parties)
    if status in said[name][0].split():
        take(table, name, status=status, parties=parties, **carry_all(table, name))
        return
    with pytest.raises(ConflictError, match=f"Row 1 is {status}: {name} needs it to be"):
        take(table, name, status=status, parties=parties, **carry_all(table, name))


@pytest.mark.parametrize(("table", "name"), [(table, name) for table in TABLES for name in TABLES[table][2]])
def test_a_step_is_for_its_parties_and_carries_what_it_has_to(table: str, name: str) -> None:
    step = TABLES[table][0][name]
    status = min(step.sources) if step.sources else None
    for party in Party:
        if party in step.parties:
            take(table, name, status=status, parties={party}, **carry_all(table, name))
        else:
            with pytest.raises(NotAllowedError, match=name):
                take(table, name, status=status, parties={party}, **carry_all(table, name))
    with pytest.raises(NotAllowedError):
        take(table, name, status=status, parties=set(), **carry_all(table, name))
    for missing in step.carries:
        for empty in (None, "", "  ", [], ()):
            with pytest.raises(InputError, match=missing):
                take(table, name, status=status, parties=set(Party), **{**carry_all(table, name), missing: empty})


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="panel, reason, unit"):
        take("disputes", "decide", status="open", parties=set(Party))


def test_who_may_not_learns_nothing_of_the_row() -> None:
    with pytest.raises(NotAllowedError):
        take("orders", "finish", status="done", parties={Party.CENTRE})


R, P = requests.RequestStep, Party
# Written out again from the order of the county: who, and what has to come with it.
REQUEST_ORDER = {
    ("pause", R.REQUEST): ({P.HOLDER}, {"reason"}),
    ("pause", R.APPROVE): ({P.SUPERVISOR}, set()),
    ("pause", R.REFUSE): ({P.SUPERVISOR}, {"reason"}),
    ("pause", R.WITHDRAW): ({P.HOLDER}, set()),
    ("extend", R.REQUEST): ({P.HOLDER}, {"reason", "extension"}),
    ("extend", R.APPROVE): ({P.SUPERVISOR}, set()),
    ("extend", R.REFUSE): ({P.SUPERVISOR}, {"reason"}),
    ("extend", R.WITHDRAW): ({P.HOLDER}, set()),
}


def test_the_unit_asks_and_the_centre_answers() -> None:
    said = {
        (kind.value, name): (set(step.parties), set(step.carries))
        for kind, steps in requests.STEPS.items()
        for name, step in steps.items()
    }
    assert said == REQUEST_ORDER


@pytest.mark.parametrize("kind", requests.RequestKind)
def test_what_may_be_done_about_a_request_is_listed(kind: requests.RequestKind) -> None:
    for status, party in product((None, *requests.RequestStatus), Party):
        expected = {
            (None, P.HOLDER): [R.REQUEST],
            (requests.RequestStatus.OPEN, P.HOLDER): [R.WITHDRAW],
            (requests.RequestStatus.OPEN, P.SUPERVISOR): [R.APPROVE, R.REFUSE],
        }.get((status, party), [])
        assert requests.list_steps(kind, status, {party}) == expected, (status, party)
    assert requests.find_rule(kind).action == kind.value
