"""`/api/callbacks`: reporters are called back 回访."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gridmap.services.proceedings.call_back import call_back
from gridmap.services.proceedings.list_call_backs import list_call_backs, list_waiting_call_backs
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.proceeding_answers import (
    CallBackAnswer,
    CallBackDoneAnswer,
    CallBacksAnswer,
    WaitingAnswer,
    WaitingsAnswer,
)
from gridmap.web.proceeding_bodies import CallBackBody

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["call-backs"])

    @router.get("/callbacks")
    def get_waiting(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> WaitingsAnswer:
        """List the incidents whose reporters have to be called, the earliest due first."""
        found = list_waiting_call_backs(context.database, limit=limit)
        return WaitingsAnswer(waiting=[WaitingAnswer.model_validate(one) for one in found])

    @router.get("/incidents/{incident_id}/callbacks")
    def get_call_backs(incident_id: int) -> CallBacksAnswer:
        """List the attempts of an incident."""
        found = list_call_backs(context.database, incident_id)
        return CallBacksAnswer(call_backs=[CallBackAnswer.model_validate(one) for one in found])

    @router.post("/incidents/{incident_id}/callbacks", status_code=201)
    def post_call_back(incident_id: int, body: CallBackBody, actor: Actor) -> CallBackDoneAnswer:
        """Write down an attempt (`expected_version` is that of the incident); answers what it made of the incident."""
        done = call_back(
            context.database,
            incident_id,
            actor=actor,
            expected_version=body.expected_version,
            is_reached=body.is_reached,
            is_satisfied=body.is_satisfied,
            note=body.note,
        )
        return CallBackDoneAnswer.model_validate(done)

    return router
