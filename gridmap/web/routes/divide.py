"""`/api/divide`: a village with its households, a plan of its grids, the plan after edits, and its publication.

The state of an edit lives with who edits: the request of the plan and the grid of each address. Geometry is only ever
computed here, never taken in.
"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from gridmap.domain.divide.relabel import LabelError
from gridmap.errors import InputError
from gridmap.services.divide_area import VillagePlans, draw_plan, publish_plan, read_village
from gridmap.services.divide_coverage import CoverageError
from gridmap.web.context import WebContext
from gridmap.web.divide_answers import (
    DrawBody,
    PlanBody,
    PublishBody,
    make_plan_answer,
    make_village_answer,
)
from gridmap.web.divide_draft_answers import make_fault_answers
from gridmap.web.errors import make_error_response
from gridmap.web.said import InVoice


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api/divide", tags=["divide"])
    plans = VillagePlans()

    @router.get("/village", responses={404: {"description": "No such village in the current generation."}})
    def get_village(
        code: Annotated[str | None, Query(max_length=40, description="Code of a village.")] = None,
        area: Annotated[int | None, Query(ge=1, lt=2**31, description="Id of a village, or of a grid of one.")] = None,
    ) -> Response:
        """Read a village: outline, large grids, households, hamlets, barriers, and today's small grids."""
        if code is not None and "\0" not in code:
            return _respond(make_village_answer(plans.find_village(context.database, code)))
        if area is None:
            raise InputError("Name a village by code, or an area by id.")
        found = read_village(context.database, area_id=area)
        return _respond(make_village_answer(plans.find_village(context.database, found.code)))

    @router.post("/plan", responses={409: {"description": "The village has changed since it was read."}})
    def post_plan(body: PlanBody) -> Response:
        """Divide a village. Nothing is stored."""
        village, plan = plans.find_plan(context.database, body.village, body.version, body.make_request())
        return _respond(make_plan_answer(village, plan))

    @router.post(
        "/draw",
        responses={
            409: {"description": "The village has changed since it was read."},
            422: {"description": "A grid would fall apart; `details` name it and the addresses in the way."},
        },
    )
    def post_draw(body: DrawBody, voice: InVoice) -> Response:
        """Draw the borders of a plan for another grid of some addresses. Nothing is stored."""
        village, plan = plans.find_plan(context.database, body.village, body.version, body.make_request())
        try:
            return _respond(make_plan_answer(village, draw_plan(plan, body.label)))
        except LabelError as error:
            details = [{"grid": error.code, "addresses": error.rows.tolist()}]
            return make_error_response(422, "label", error.sentence.say(voice), details=details)

    @router.post(
        "/publish",
        status_code=201,
        responses={409: {"description": "Changed meanwhile, or the grids do not tile; `details` name the places."}},
    )
    def post_publish(body: PublishBody, voice: InVoice) -> Response:
        """Put a plan into a new generation and publish it; open incidents are placed anew. Can't be undone."""
        try:
            stored = publish_plan(
                context.database, code=body.village, version=body.version, request=body.make_request(),
                label=body.label, valid_from=body.valid_from, draft_only=body.draft_only,
            )  # fmt: skip
        except CoverageError as error:
            return make_error_response(409, "coverage", error.sentence.say(voice), details=make_fault_answers(error))
        published = stored.publication
        answer = {
            "generation": stored.generation_id,
            "name": stored.name,
            "grids": stored.grids,
            "people_moved": stored.people_moved,
            "published": published is not None,
            "valid_from": published.valid_from.isoformat() if published else None,
            "incidents_placed": published.incidents_placed if published else 0,
        }
        return _respond(answer, status=201)

    return router


def _respond(answer: dict[str, Any], *, status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")
