"""`/api/incidents/{id}/transitions`, `/api/transitions` and `/api/incidents/{id}/actions`: the life cycle."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from gridmap.sentence import Voice
from gridmap.services.bulk_transitions import MAX_INCIDENTS, BulkResult, carry_out_many
from gridmap.services.proceedings.list_requests import list_permitted_steps
from gridmap.services.transitions import Action, Carried, Done, carry_out, list_actions
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.errors import ErrorAnswer, Fault, find_status
from gridmap.web.request_answers import RequestStepAnswer
from gridmap.web.said import InVoice

_Text = Annotated[str, Field(max_length=2000)]
_Code = Annotated[str, Field(max_length=100)]


class ActionBody(BaseModel):
    """An action with what it carries; GET actions says what each one needs."""

    model_config = ConfigDict(extra="forbid")

    action: Action
    reason: _Text = ""
    evidence: list[_Text] = Field(default_factory=list, max_length=50)
    unit_code: _Code | None = None
    item_code: _Code | None = None
    extension: Decimal | None = Field(None, description="In the unit of the item's limit.")
    satisfied: bool | None = None
    other_incident_id: int | None = None

    def make_carried(self) -> Carried:
        """Make what the action carries."""
        said = self.model_dump(exclude={"action", "evidence", "expected_version", "incidents"})
        return Carried(evidence=tuple(self.evidence), **said)


class TransitionBody(ActionBody):
    """An action on one incident."""

    expected_version: int = Field(description="The version that the person saw.")


class IncidentVersion(BaseModel):
    """An incident as the person saw it."""

    model_config = ConfigDict(extra="forbid")

    id: int
    expected_version: int


class BulkBody(ActionBody):
    """One action on many incidents."""

    incidents: list[IncidentVersion] = Field(min_length=1, max_length=MAX_INCIDENTS)


class DoneAnswer(BaseModel):
    """What an action made of an incident."""

    incident_id: int
    action: str
    from_status: str
    to_status: str
    version: int
    at: datetime
    holder_unit_id: int | None
    due_at: datetime | None


class BulkItem(BaseModel):
    """What became of one incident: `done` or `error`."""

    incident_id: int
    done: DoneAnswer | None
    error: Fault | None


class BulkAnswer(BaseModel):
    """What became of each, in the order given."""

    results: list[BulkItem]


class ActionAnswer(BaseModel):
    """An action that the person may carry out now."""

    action: str
    to_status: str
    needs: list[str]


class ActionsAnswer(BaseModel):
    """What the person may do now, in the order of the life cycle."""

    actions: list[ActionAnswer]
    requests: list[RequestStepAnswer] = Field(
        description="What the person may do about requests for a pause or an extension."
    )


_FAULTS: dict[int | str, dict[str, Any]] = {
    403: {"model": ErrorAnswer, "description": "The person may not do this."},
    404: {"model": ErrorAnswer, "description": "There is no such incident, person or unit."},
    409: {"model": ErrorAnswer, "description": "Somebody changed it, or its status does not lead there."},
}


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["life cycle"])

    @router.post("/incidents/{incident_id}/transitions", response_model=DoneAnswer, responses=_FAULTS)
    def post_transition(
        incident_id: int, body: TransitionBody, actor: Annotated[str, Depends(find_actor_code)]
    ) -> Response:
        """Carry out one action of the life cycle."""
        done = carry_out(
            context.database,
            incident_id,
            body.action,
            actor=actor,
            expected_version=body.expected_version,
            carried=body.make_carried(),
        )
        return _respond(_make_done(done), 200)

    @router.post(
        "/transitions",
        response_model=BulkAnswer,
        responses={**_FAULTS, 207: {"model": BulkAnswer, "description": "Some were refused; the others are done."}},
    )
    def post_transitions(body: BulkBody, actor: Annotated[str, Depends(find_actor_code)], voice: InVoice) -> Response:
        """Carry out one action on up to 500 incidents; each succeeds or fails alone."""
        named = [(one.id, one.expected_version) for one in body.incidents]
        results = carry_out_many(context.database, named, body.action, actor=actor, carried=body.make_carried())
        answer = {"results": [_make_item(one, voice) for one in results]}
        return _respond(answer, 207 if any(one.error is not None for one in results) else 200)

    @router.get("/incidents/{incident_id}/actions", response_model=ActionsAnswer, responses={404: _FAULTS[404]})
    def get_actions(incident_id: int, actor: Annotated[str, Depends(find_actor_code)]) -> Response:
        """List what the person may do now with an incident, and what each action needs."""
        found = list_actions(context.database, incident_id, actor=actor)
        steps = list_permitted_steps(context.database, incident_id, actor=actor)
        requests = [RequestStepAnswer.model_validate(one).model_dump(mode="json") for one in steps]
        return _respond({"actions": [asdict(one) for one in found], "requests": requests}, 200)

    return router


def _make_done(done: Done) -> dict[str, Any]:
    return asdict(done)


def _make_item(result: BulkResult, voice: Voice) -> dict[str, Any]:
    error = None
    if result.error is not None:
        error = {"code": find_status(result.error)[1], "message": result.error.sentence.say(voice), "details": []}
    done = None if result.done is None else _make_done(result.done)
    return {"incident_id": result.incident_id, "done": done, "error": error}


def _respond(answer: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")
