"""`/api/requests`: a unit asks for a pause or an extension 挂起/延期申请, a supervisor answers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gridmap.domain.requests import RequestKind
from gridmap.services.proceedings.answer_request import approve_request, refuse_request, withdraw_request
from gridmap.services.proceedings.list_requests import find_request, list_requests
from gridmap.services.proceedings.open_request import open_request
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.proceeding_bodies import Code, ReasonBody, VersionBody
from gridmap.web.request_answers import ApproveRequestBody, NewRequestBody, RequestAnswer, RequestsAnswer

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["requests"])

    @router.get("/requests")
    def get_requests(
        incident: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        unit: Annotated[Code | None, Query(description="Code of the unit that asked.")] = None,
        kind: RequestKind | None = None,
        is_open: Annotated[bool, Query(alias="open", description="Only those that wait for an answer.")] = False,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> RequestsAnswer:
        """List requests by id."""
        found = list_requests(
            context.database, incident_id=incident, unit=unit, kind=kind, is_open=is_open, after=after, limit=limit
        )
        return RequestsAnswer(requests=[RequestAnswer.model_validate(one) for one in found])

    @router.get("/requests/{request_id}")
    def get_request(request_id: int) -> RequestAnswer:
        """Read one request."""
        return RequestAnswer.model_validate(find_request(context.database, request_id))

    @router.post("/incidents/{incident_id}/requests", status_code=201)
    def post_request(incident_id: int, body: NewRequestBody, actor: Actor) -> RequestAnswer:
        """Ask for a pause or an extension, as a handler or the lead of the unit that holds the incident."""
        made = open_request(
            context.database,
            incident_id,
            body.kind,
            actor=actor,
            expected_version=body.expected_version,
            reason=body.reason,
            extension=body.extension,
        )
        return RequestAnswer.model_validate(made)

    @router.post("/requests/{request_id}/approve")
    def post_approve(request_id: int, body: ApproveRequestBody, actor: Actor) -> RequestAnswer:
        """Approve a request, as a supervisor: the clock stops, or the limit is lengthened, at once."""
        done = approve_request(
            context.database,
            request_id,
            actor=actor,
            expected_version=body.expected_version,
            extension=body.extension,
            decision=body.decision,
        )
        return RequestAnswer.model_validate(done)

    @router.post("/requests/{request_id}/refuse")
    def post_refuse(request_id: int, body: ReasonBody, actor: Actor) -> RequestAnswer:
        """Refuse a request, with the reason."""
        done = refuse_request(
            context.database, request_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return RequestAnswer.model_validate(done)

    @router.post("/requests/{request_id}/withdraw")
    def post_withdraw(request_id: int, body: VersionBody, actor: Actor) -> RequestAnswer:
        """Take a request back, as the unit that asked."""
        done = withdraw_request(context.database, request_id, actor=actor, expected_version=body.expected_version)
        return RequestAnswer.model_validate(done)

    return router
