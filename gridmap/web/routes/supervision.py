"""`/api/supervision`: reminders and cards 督办."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from gridmap.domain.supervision import CardKind
from gridmap.services.proceedings.answer_card import answer_card, lift_card
from gridmap.services.proceedings.give_card import give_card
from gridmap.services.proceedings.list_cards import count_cards, list_cards
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.notes import say_card_reason
from gridmap.web.proceeding_answers import CardAnswer, CardsAnswer, UnitCardsAnswer, UnitsCardsAnswer
from gridmap.web.proceeding_bodies import AnswerBody, CardBody, ReasonBody, Text
from gridmap.web.said import InVoice

Actor = Annotated[str, Depends(find_actor_code)]
_FIRST = datetime(2004, 1, 1, tzinfo=UTC)


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["supervision"])

    @router.get("/supervision")
    def get_cards(
        incident: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        unit: Annotated[Text | None, Query(description="Code of the unit; empty for the command centre.")] = None,
        kind: CardKind | None = None,
        standing: Annotated[bool, Query(description="Only those that were not lifted.")] = False,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        *,
        voice: InVoice,
    ) -> CardsAnswer:
        """List cards by id."""
        found = list_cards(
            context.database,
            incident_id=incident,
            unit=unit,
            kind=kind,
            is_standing=standing,
            after=after,
            limit=limit,
        )
        said = [replace(one, reason=say_card_reason(one, voice)) for one in found]
        return CardsAnswer(cards=[CardAnswer.model_validate(one) for one in said])

    @router.get("/supervision/units")
    def get_counts(since: AwareDatetime | None = None, until: AwareDatetime | None = None) -> UnitsCardsAnswer:
        """Count the standing cards of [since, until) by unit."""
        found = count_cards(context.database, since=since or _FIRST, until=until or datetime.now(UTC))
        return UnitsCardsAnswer(units=[UnitCardsAnswer.model_validate(one) for one in found])

    @router.post("/incidents/{incident_id}/supervision", status_code=201)
    def post_card(incident_id: int, body: CardBody, actor: Actor) -> CardAnswer:
        """Give a card by hand to who holds the incident."""
        done = give_card(context.database, incident_id, body.kind, actor=actor, reason=body.reason)
        return CardAnswer.model_validate(done)

    @router.post("/supervision/{card_id}/answer")
    def post_answer(card_id: int, body: AnswerBody, actor: Actor) -> CardAnswer:
        """Say what the unit does about it."""
        done = answer_card(
            context.database, card_id, actor=actor, expected_version=body.expected_version, answer=body.answer
        )
        return CardAnswer.model_validate(done)

    @router.post("/supervision/{card_id}/lift")
    def post_lift(card_id: int, body: ReasonBody, actor: Actor) -> CardAnswer:
        """Lift a card, with the reason."""
        done = lift_card(
            context.database, card_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return CardAnswer.model_validate(done)

    return router
