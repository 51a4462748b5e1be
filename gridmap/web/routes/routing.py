"""`/api/incidents/{id}/why` and `/api/queues`: why this unit, and what waits where no unit may lead."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from gridmap.services.explain import explain_incident
from gridmap.services.queues import list_queues
from gridmap.web.context import WebContext
from gridmap.web.i18n import Catalogue, read_catalogue, read_language
from gridmap.web.routing_answers import QueuesAnswer, WhyAnswer, make_queues_answer, make_why_answer

Lang = Annotated[str | None, Query(max_length=20, description="zh or en, for the sentences.")]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["routing"])

    def find_catalogue(lang: str | None) -> Catalogue:
        return read_catalogue(read_language(lang, context.settings.language))

    @router.get(
        "/incidents/{incident_id}/why",
        response_model=WhyAnswer,
        responses={404: {"description": "There is no such incident."}},
    )
    def get_why(incident_id: int, lang: Lang = None) -> Response:
        """Say why the unit that leads leads, from what the incident kept; or why none does."""
        explanation = explain_incident(context.database, incident_id)
        answer = make_why_answer(explanation, find_catalogue(lang), timezone=context.settings.timezone)
        return Response(orjson.dumps(answer), media_type="application/json")

    @router.get("/queues")
    def get_queues(lang: Lang = None) -> QueuesAnswer:
        """List the queues of the command centre: how many wait, since when, by item."""
        return make_queues_answer(list_queues(context.database), find_catalogue(lang))

    return router
