"""The tables of steps with their complement: what a table does not name is refused, and nothing else."""

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from gridmap.domain import calls, disputes, orders, supervision
from gridmap.domain.party import Party
from gridmap.domain.steps import Step, check_step
from gridmap.errors import ConflictError, InputError, NotAllowedError

Table = tuple[dict[Any, Step], type[StrEnum], dict[str, tuple[str, str]]]

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
    # A dispute is dropped by what becomes of its incident, not by a step of its own.
    assert set(statuses) - reached == ({disputes.DisputeStatus.DROPPED} if table == "disputes" else set())
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
