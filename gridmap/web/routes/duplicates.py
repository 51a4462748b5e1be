"""`/api/duplicates`: what may be the same matter; merging it, and taking that back."""

from typing import Annotated

from fastapi import APIRouter, Depends

from gridmap.services.proceedings.find_duplicates import find_duplicates, find_duplicates_of_report
from gridmap.services.proceedings.merge_incident import list_merged, merge_incident, unmerge_incident
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.proceeding_answers import (
    DuplicateAnswer,
    DuplicatesAnswer,
    MergedAnswer,
    MergedsAnswer,
    StepAnswer,
)
from gridmap.web.proceeding_bodies import DuplicateBody, MergeBody, ReasonBody

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["duplicates"])

    @router.post("/duplicates")
    def post_duplicates(body: DuplicateBody) -> DuplicatesAnswer:
        """List open incidents that may be the same as a report that is not stored yet; stores nothing."""
        found = find_duplicates_of_report(
            context.database,
            item_code=body.item_code,
            lon=body.lon,
            lat=body.lat,
            datum=body.datum,
            precision=body.precision,
            title=body.title,
            reported_at=body.reported_at,
        )
        return DuplicatesAnswer(duplicates=[DuplicateAnswer.of(one) for one in found])

    @router.get("/incidents/{incident_id}/duplicates")
    def get_duplicates(incident_id: int) -> DuplicatesAnswer:
        """List open incidents that may be the same, the most alike first."""
        found = find_duplicates(context.database, incident_id)
        return DuplicatesAnswer(duplicates=[DuplicateAnswer.of(one) for one in found])

    @router.get("/incidents/{incident_id}/merged")
    def get_merged(incident_id: int) -> MergedsAnswer:
        """List everything that ended in this incident, with its evidence."""
        found = list_merged(context.database, incident_id)
        return MergedsAnswer(merged=[MergedAnswer.model_validate(one) for one in found])

    @router.post("/incidents/{incident_id}/merge")
    def post_merge(incident_id: int, body: MergeBody, actor: Actor) -> StepAnswer:
        """Merge this incident into another; both stay."""
        done = merge_incident(
            context.database,
            incident_id,
            body.into,
            actor=actor,
            expected_version=body.expected_version,
            reason=body.reason,
        )
        return StepAnswer.model_validate(done)

    @router.post("/incidents/{incident_id}/unmerge")
    def post_unmerge(incident_id: int, body: ReasonBody, actor: Actor) -> StepAnswer:
        """Take a merging back: the incident is reopened."""
        done = unmerge_incident(
            context.database, incident_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return StepAnswer.model_validate(done)

    return router
