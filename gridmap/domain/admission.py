"""Admission 职责准入: how a matter outside the list may come to be given to a township.

A county unit asks, two people review, one approves; all four are different people. The steps are one table; what is not
in it is refused.
"""

from dataclasses import dataclass
from enum import StrEnum

from gridmap.domain.staff import Role


class AdmissionStatus(StrEnum):
    """How far a request is."""

    REQUESTED = "requested"
    REVIEWED_ONCE = "reviewed_once"
    REVIEWED_TWICE = "reviewed_twice"
    APPROVED = "approved"
    REFUSED = "refused"


class AdmissionStep(StrEnum):
    """What can be done with a request."""

    REVIEW = "review"
    APPROVE = "approve"
    REFUSE = "refuse"


OPEN_STATUSES = frozenset({AdmissionStatus.REQUESTED, AdmissionStatus.REVIEWED_ONCE, AdmissionStatus.REVIEWED_TWICE})
REQUEST_ROLES = frozenset({Role.HANDLER, Role.UNIT_LEAD})
"""Of a county unit; all steps after it are the command centre's."""

TARGETS: dict[tuple[AdmissionStatus, AdmissionStep], AdmissionStatus] = {
    (AdmissionStatus.REQUESTED, AdmissionStep.REVIEW): AdmissionStatus.REVIEWED_ONCE,
    (AdmissionStatus.REVIEWED_ONCE, AdmissionStep.REVIEW): AdmissionStatus.REVIEWED_TWICE,
    (AdmissionStatus.REVIEWED_TWICE, AdmissionStep.APPROVE): AdmissionStatus.APPROVED,
    (AdmissionStatus.REQUESTED, AdmissionStep.REFUSE): AdmissionStatus.REFUSED,
    (AdmissionStatus.REVIEWED_ONCE, AdmissionStep.REFUSE): AdmissionStatus.REFUSED,
    (AdmissionStatus.REVIEWED_TWICE, AdmissionStep.REFUSE): AdmissionStatus.REFUSED,
}
ROLES: dict[AdmissionStep, frozenset[Role]] = {
    AdmissionStep.REVIEW: frozenset({Role.DISPATCHER, Role.VERIFIER, Role.SUPERVISOR}),
    AdmissionStep.APPROVE: frozenset({Role.SUPERVISOR}),
    AdmissionStep.REFUSE: frozenset({Role.DISPATCHER, Role.VERIFIER, Role.SUPERVISOR}),
}


@dataclass(frozen=True)
class AdmissionPeople:
    """Who has acted so far, by `staff.id`; None is nobody yet, or nobody that is known."""

    requested_by: int | None
    first_reviewed_by: int | None
    second_reviewed_by: int | None

    def has(self, staff_id: int) -> bool:
        """Tell whether a person has acted in this request already."""
        return staff_id in {self.requested_by, self.first_reviewed_by, self.second_reviewed_by}


def find_target(status: AdmissionStatus, step: AdmissionStep) -> AdmissionStatus | None:
    """Find where a step leads; None when it is not possible now."""
    return TARGETS.get((status, step))


def list_steps(status: AdmissionStatus) -> list[AdmissionStep]:
    """List the steps that are possible now."""
    return [step for step in AdmissionStep if (status, step) in TARGETS]
