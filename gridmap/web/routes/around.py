"""`/api/incidents/{id}/around`: orders and cards of one incident, with what the person may do about each now."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from gridmap.services.proceedings.list_around import list_around
from gridmap.web.acting import read_actor_code
from gridmap.web.context import WebContext
from gridmap.web.notes import say_card_reason, say_order_reason
from gridmap.web.proceeding_answers import CardAnswer, OrderAnswer
from gridmap.web.said import InVoice


class OpenOrderAnswer(OrderAnswer):
    """An order with the steps that the person may take: acknowledge, finish, withdraw."""

    steps: list[str] = Field(default_factory=list)


class OpenCardAnswer(CardAnswer):
    """A card with the steps that the person may take: answer, lift."""

    steps: list[str] = Field(default_factory=list)


class AroundAnswer(BaseModel):
    """`steps` are those about the incident itself: order, override, give."""

    incident_id: int
    version: int
    steps: list[str]
    orders: list[OpenOrderAnswer]
    cards: list[OpenCardAnswer]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["orders", "supervision"])

    @router.get("/incidents/{incident_id}/around")
    def get_around(
        incident_id: int, voice: InVoice, actor: Annotated[str | None, Depends(read_actor_code)]
    ) -> AroundAnswer:
        """List the orders and cards of an incident, with what the person of the header may do; without one, nothing."""
        found = list_around(context.database, incident_id, actor=actor)
        return AroundAnswer(
            incident_id=found.incident_id,
            version=found.version,
            steps=[str(one) for one in found.steps],
            orders=[
                OpenOrderAnswer.model_validate(one.order).model_copy(
                    update={
                        "reason": say_order_reason(one.order, voice),
                        "steps": [str(step) for step in one.steps],
                    }
                )
                for one in found.orders
            ],
            cards=[
                OpenCardAnswer.model_validate(one.card).model_copy(
                    update={"reason": say_card_reason(one.card, voice), "steps": [str(step) for step in one.steps]}
                )
                for one in found.cards
            ],
        )

    return router
