"""Requests 挂起/延期申请: the unit that holds an incident asks for a pause or an extension, a supervisor answers.

The clock runs while a request is open: a pause starts with the approval. What a request asks for is an action of the
life cycle, whose statuses and needs are taken from there.
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from types import MappingProxyType

from gridmap.domain.life_cycle import LIFE_CYCLE, Action, Rule
from gridmap.domain.party import Party
from gridmap.domain.steps import Step


class RequestKind(StrEnum):
    """What is asked for; the value is that of the action of the life cycle."""

    PAUSE = "pause"
    EXTEND = "extend"


class RequestStatus(StrEnum):
    """Where a request is."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    """The incident went another way: to another holder, or to a status in which the action is not possible."""


class RequestStep(StrEnum):
    """What can be done about a request."""

    REQUEST = "request"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


def find_rule(kind: RequestKind) -> Rule:
    """Find the rule of the action that is asked for."""
    return LIFE_CYCLE[Action(kind.value)]


def _make_steps(kind: RequestKind) -> Mapping[RequestStep, Step]:
    is_open = frozenset({RequestStatus.OPEN})
    unit, supervisor = frozenset({Party.HOLDER}), frozenset({Party.SUPERVISOR})
    asked = frozenset(need.value for need in find_rule(kind).needs)
    return MappingProxyType(
        {
            RequestStep.REQUEST: Step(frozenset(), RequestStatus.OPEN, unit, asked),
            RequestStep.APPROVE: Step(is_open, RequestStatus.APPROVED, supervisor),
            RequestStep.REFUSE: Step(is_open, RequestStatus.REFUSED, supervisor, frozenset({"reason"})),
            RequestStep.WITHDRAW: Step(is_open, RequestStatus.WITHDRAWN, unit),
        }
    )


STEPS: Mapping[RequestKind, Mapping[RequestStep, Step]] = MappingProxyType(
    {kind: _make_steps(kind) for kind in RequestKind}
)
"""The whole life of a request; what is not here is refused. `dropped` is what becomes of its incident, not a step."""


def list_steps(kind: RequestKind, status: RequestStatus | None, parties: Set[Party]) -> list[RequestStep]:
    """List what one of these parties may do about a request; a status of None is a request that is not there yet."""
    return [
        step
        for step, rule in STEPS[kind].items()
        if rule.parties & parties and (status in rule.sources if status is not None else not rule.sources)
    ]
