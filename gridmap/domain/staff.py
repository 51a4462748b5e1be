"""The people who act on incidents: who they are in the system, in which role, for which unit and area."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does. Operator, dispatcher, verifier and supervisor are of the command centre."""

    REPORTER = "reporter"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    UNIT_LEAD = "unit_lead"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    GRID_WORKER = "grid_worker"
    TOWNSHIP = "township"


@dataclass(frozen=True)
class Actor:
    """Who acts. `staff_id` is None for the program itself; a `unit_id` of None is the command centre.

    `area_code` is the area that the person acts in, with all below it; empty for the whole county.
    """

    staff_id: int | None
    code: str
    role: Role
    unit_id: int | None
    area_code: str
