"""`/api/disputes`: who leads is in question, a panel decides 联合认定."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gridmap.services.proceedings.decide_dispute import Decision, decide_dispute, mark_precedent
from gridmap.services.proceedings.list_disputes import list_disputes, list_precedents
from gridmap.services.proceedings.open_dispute import open_dispute
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.notes import say_dispute_reason
from gridmap.web.proceeding_answers import DisputeAnswer, DisputesAnswer, OpenedDisputeAnswer
from gridmap.web.proceeding_bodies import Code, DecisionBody, PrecedentBody, ReasonBody
from gridmap.web.said import InVoice

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["disputes"])

    @router.get("/disputes")
    def get_disputes(
        incident: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        is_open: Annotated[bool, Query(alias="open", description="Only those that are not decided.")] = False,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        *,
        voice: InVoice,
    ) -> DisputesAnswer:
        """List disputes by id."""
        found = list_disputes(context.database, incident_id=incident, is_open=is_open, after=after, limit=limit)
        said = [replace(one, reason=say_dispute_reason(one, voice)) for one in found]
        return DisputesAnswer(disputes=[DisputeAnswer.model_validate(one) for one in said])

    @router.get("/disputes/precedents")
    def get_precedents(
        item: Annotated[
            Code | None, Query(description="Code of the item; without it those of matters on no list.")
        ] = None,
        township: Annotated[Code | None, Query(description="Its decisions come first.")] = None,
    ) -> DisputesAnswer:
        """List the precedents of an item."""
        found = list_precedents(context.database, item, township)
        return DisputesAnswer(disputes=[DisputeAnswer.model_validate(one) for one in found])

    @router.post("/incidents/{incident_id}/disputes", status_code=201)
    def post_dispute(incident_id: int, body: ReasonBody, actor: Actor) -> OpenedDisputeAnswer:
        """Open a dispute (`expected_version` is that of the incident); answers the precedents with it."""
        opened = open_dispute(
            context.database, incident_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return OpenedDisputeAnswer(
            dispute=DisputeAnswer.model_validate(opened.dispute),
            precedents=[DisputeAnswer.model_validate(one) for one in opened.precedents],
        )

    @router.post("/disputes/{dispute_id}/decide")
    def post_decide(dispute_id: int, body: DecisionBody, actor: Actor) -> DisputeAnswer:
        """Name the unit that leads; the incident goes there at once."""
        decision = Decision(
            unit_code=body.unit,
            reason=body.reason,
            panel=body.panel,
            is_precedent=body.is_precedent,
            follows=body.follows,
        )
        done = decide_dispute(
            context.database, dispute_id, decision, actor=actor, expected_version=body.expected_version
        )
        return DisputeAnswer.model_validate(done)

    @router.post("/disputes/{dispute_id}/precedent")
    def post_precedent(dispute_id: int, body: PrecedentBody, actor: Actor) -> DisputeAnswer:
        """Make a decision a precedent, or take that back."""
        done = mark_precedent(
            context.database,
            dispute_id,
            actor=actor,
            expected_version=body.expected_version,
            is_precedent=body.is_precedent,
        )
        return DisputeAnswer.model_validate(done)

    return router
