"""`/api/admissions`: requests to give a township what is not on the list for it, their steps, and refused attempts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from gridmap.domain.admission import AdmissionStatus, AdmissionStep
from gridmap.services import admission as service
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext

Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]
Acting = Annotated[str, Depends(find_actor_code)]


class AdmissionRequest(BaseModel):
    """What is asked for."""

    unit_code: Code
    item_code: Code
    reason: Text
    incident_id: int | None = Field(None, description="The incident that it was asked for, if any.")


class StepRequest(BaseModel):
    """What comes with a step."""

    version: int = Field(description="As the request was read.")
    decision: Text = Field("", description="In words; a refusal has to say why.")
    valid_to: date | None = Field(None, description="First day on which the approval does not hold any more.")


class AdmissionAnswer(BaseModel):
    """A request; people are codes of staff."""

    id: int
    item_code: str
    item_name: str | None
    unit_code: str
    unit_name: str
    incident_id: int | None
    requested_at: datetime
    requested_by_unit_code: str
    requested_by_unit_name: str
    requested_by: str | None
    reason: str
    status: AdmissionStatus
    first_reviewed_at: datetime | None
    first_reviewed_by: str | None
    second_reviewed_at: datetime | None
    second_reviewed_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    valid_to: date | None
    version: int


class AdmissionsAnswer(BaseModel):
    """A page of requests; `next_after` is null on the last."""

    admissions: Sequence[AdmissionAnswer]
    next_after: int | None


class AttemptAnswer(BaseModel):
    """How often a unit (null: the command centre) tried."""

    unit_code: str | None
    unit_name: str | None
    attempts: int
    townships: int
    items: int
    last_at: datetime


class AttemptsAnswer(BaseModel):
    """Refused attempts by unit, the most first."""

    attempts: Sequence[AttemptAnswer]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api/admissions", tags=["admissions"])

    @router.post("", status_code=201)
    def post_admission(body: AdmissionRequest, actor: Acting) -> AdmissionAnswer:
        """Request an admission, as a handler or the lead of a county unit."""
        made = service.request_admission(
            context.database,
            item_code=body.item_code,
            unit_code=body.unit_code,
            reason=body.reason,
            incident_id=body.incident_id,
            actor=actor,
        )
        return _make_answer(made)

    @router.get("")
    def get_admissions(
        status: Annotated[list[AdmissionStatus] | None, Query()] = None,
        unit: Annotated[str | None, Query(max_length=60, pattern=r"^[^\x00]*$", description="Its code.")] = None,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=service.MAX_LISTED)] = 100,
    ) -> AdmissionsAnswer:
        """List requests by id."""
        found = service.list_admissions(context.database, statuses=status, unit_code=unit, after=after, limit=limit)
        return AdmissionsAnswer(
            admissions=[_make_answer(one) for one in found], next_after=found[-1].id if len(found) == limit else None
        )

    @router.get("/attempts")
    def get_attempts(since: AwareDatetime | None = None, until: AwareDatetime | None = None) -> AttemptsAnswer:
        """Count refused attempts by the unit that made them."""
        found = service.count_attempts(context.database, since=since, until=until)
        return AttemptsAnswer(attempts=[AttemptAnswer.model_validate(one, from_attributes=True) for one in found])

    @router.get("/{admission_id}")
    def get_admission(admission_id: int) -> AdmissionAnswer:
        """Read one request."""
        return _make_answer(service.find_admission(context.database, admission_id))

    @router.post("/{admission_id}/{step}")
    def post_step(admission_id: int, step: AdmissionStep, body: StepRequest, actor: Acting) -> AdmissionAnswer:
        """Review, approve or refuse a request, as a person of the command centre who has not acted in it yet."""
        done = service.carry_out_step(
            context.database,
            admission_id,
            step,
            actor=actor,
            expected_version=body.version,
            decision=body.decision,
            valid_to=body.valid_to,
        )
        return _make_answer(done)

    return router


def _make_answer(one: service.Admission) -> AdmissionAnswer:
    return AdmissionAnswer.model_validate(one, from_attributes=True)
