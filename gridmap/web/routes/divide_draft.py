"""`/api/divide` for many villages: the county's places, divisions in the background, and the draft they go into."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from gridmap.errors import InputError
from gridmap.services.divide_coverage import CoverageError
from gridmap.services.divide_draft import discard_draft, find_draft_summary, list_draft_grids, publish_divided_draft
from gridmap.services.divide_places import list_places
from gridmap.web.context import WebContext
from gridmap.web.divide_draft_answers import (
    DraftBody,
    ManyBody,
    make_draft_answer,
    make_draft_grids_answer,
    make_fault_answers,
    make_places_answer,
)
from gridmap.web.divide_jobs import Jobs
from gridmap.web.errors import make_error_response
from gridmap.web.said import InVoice

MOST_VILLAGES = 40
"""So many villages' grids are answered at once: the page asks for those in view, in several calls."""


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api/divide", tags=["divide"])
    jobs = Jobs()

    @router.get("/places")
    def get_places() -> Response:
        """Read county, townships and villages with simplified outlines, and the kinds of barriers of the county."""
        return _respond(make_places_answer(list_places(context.database)))

    @router.post("/jobs", status_code=202, responses={409: {"description": "Another one is running."}})
    def post_job(body: ManyBody, voice: InVoice) -> Response:
        """Divide all villages of an area into the draft, in the background."""
        job = jobs.start(context.database, area=body.area, request=body.make_request())
        return _respond(job.make_answer(voice), status=202)

    @router.get("/jobs")
    def get_running_job(voice: InVoice) -> Response:
        """Read the division that runs, so that a page that is opened anew finds it; `job` is null when none does."""
        job = jobs.find_running()
        return _respond({"job": None if job is None else job.make_answer(voice)})

    @router.get("/jobs/{job_id}")
    def get_job(job_id: Annotated[str, Path(max_length=40)], voice: InVoice) -> Response:
        """Read how far a division is."""
        return _respond(jobs.find(job_id).make_answer(voice))

    @router.delete("/jobs/{job_id}", status_code=202)
    def stop_job(job_id: Annotated[str, Path(max_length=40)], voice: InVoice) -> Response:
        """Stop a division; nothing is stored."""
        job = jobs.find(job_id)
        job.stop.set()
        return _respond(job.make_answer(voice), status=202)

    @router.get("/draft")
    def get_draft() -> Response:
        """Read which villages the draft changes, and how."""
        return _respond(make_draft_answer(find_draft_summary(context.database)))

    @router.get("/draft/grids", responses={409: {"description": "That draft is no longer the draft."}})
    def get_draft_grids(
        generation: Annotated[int, Query(ge=1, lt=2**31)],
        village: Annotated[list[str], Query(min_length=1, max_length=MOST_VILLAGES, description="Codes of villages.")],
    ) -> Response:
        """Read the small grids of some villages, today's and the draft's, with their shapes."""
        if any("\0" in code for code in village):
            raise InputError("A code of a village has a character that no code has.")
        return _respond(
            make_draft_grids_answer(list_draft_grids(context.database, generation_id=generation, villages=village))
        )

    @router.post(
        "/draft/publish",
        status_code=201,
        responses={409: {"description": "Another draft, or its small grids do not tile; `details` name the places."}},
    )
    def post_draft(body: DraftBody, voice: InVoice) -> Response:
        """Publish the draft; open incidents are placed anew. Can't be undone."""
        try:
            done = publish_divided_draft(context.database, generation_id=body.generation, valid_from=body.valid_from)
        except CoverageError as error:
            return make_error_response(409, "coverage", error.sentence.say(voice), details=make_fault_answers(error))
        answer = {
            "generation": int(done.generation_id),
            "name": done.name,
            "valid_from": done.valid_from.isoformat(),
            "incidents_placed": done.incidents_placed,
        }
        return _respond(answer, status=201)

    @router.delete("/draft")
    def delete_draft(generation: Annotated[int, Query(ge=1, lt=2**31)]) -> Response:
        """Discard the draft with all that is in it. Can't be undone."""
        discard_draft(context.database, generation_id=generation)
        return _respond({"discarded": generation})

    return router


def _respond(answer: dict[str, Any], *, status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")
