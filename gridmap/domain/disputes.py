"""Disputes 联合认定: who leads is in question; a panel names the lead, and the decision may become a precedent."""

from enum import StrEnum

from gridmap.domain.party import Party
from gridmap.domain.steps import Step

PANEL = ("centre", "staffing_office", "justice")
"""Who sits by default: the command centre, the staffing office 编办, the justice bureau 司法局."""


class DisputeCause(StrEnum):
    """Why it was opened."""

    RETURNS = "returns"
    REQUEST = "request"


class DisputeStatus(StrEnum):
    """Where a dispute is; not stored, it follows from its instants."""

    OPEN = "open"
    DECIDED = "decided"
    DROPPED = "dropped"
    """The incident left the dispute by another way: merged, rejected."""


class DisputeStep(StrEnum):
    """What can be done about a dispute."""

    OPEN = "open"
    DECIDE = "decide"
    MARK_PRECEDENT = "mark_precedent"


STEPS = {
    DisputeStep.OPEN: Step(
        frozenset(),
        DisputeStatus.OPEN,
        frozenset({Party.LEAD, Party.DISPATCHER}),
        frozenset({"reason"}),
    ),
    DisputeStep.DECIDE: Step(
        frozenset({DisputeStatus.OPEN}),
        DisputeStatus.DECIDED,
        frozenset({Party.SUPERVISOR}),
        frozenset({"unit", "reason", "panel"}),
    ),
    DisputeStep.MARK_PRECEDENT: Step(
        frozenset({DisputeStatus.DECIDED}),
        DisputeStatus.DECIDED,
        frozenset({Party.SUPERVISOR}),
    ),
}
"""The whole life of a dispute; what is not here is refused. Opening and deciding are steps of the incident too, and the
table of its own life has to allow them.
"""
