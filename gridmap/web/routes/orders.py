"""`/api/orders`: work orders 联动工单 to a lead and its assistants."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gridmap.services.proceedings.answer_order import acknowledge_order, finish_order, withdraw_order
from gridmap.services.proceedings.list_orders import list_orders
from gridmap.services.proceedings.make_orders import NewOrder, make_orders
from gridmap.services.proceedings.override_orders import override_orders
from gridmap.web.acting import find_actor_code
from gridmap.web.context import WebContext
from gridmap.web.notes import say_order_reason
from gridmap.web.proceeding_answers import OrderAnswer, OrdersAnswer
from gridmap.web.proceeding_bodies import Code, FinishOrderBody, OrdersBody, OverrideBody, ReasonBody, VersionBody
from gridmap.web.said import InVoice

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["orders"])

    @router.get("/orders")
    def get_orders(
        incident: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Of this incident.")] = None,
        unit: Annotated[Code | None, Query(description="Of this unit.")] = None,
        running: Annotated[bool, Query(description="Only those that are not finished.")] = False,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        *,
        voice: InVoice,
    ) -> OrdersAnswer:
        """List orders by id."""
        found = list_orders(
            context.database, incident_id=incident, unit=unit, is_running=running, after=after, limit=limit
        )
        said = [replace(one, reason=say_order_reason(one, voice)) for one in found]
        return OrdersAnswer(orders=[OrderAnswer.model_validate(one) for one in said])

    @router.post("/incidents/{incident_id}/orders", status_code=201)
    def post_orders(incident_id: int, body: OrdersBody, actor: Actor) -> OrdersAnswer:
        """Order units to act, as the list says or by hand; answers all orders of the incident."""
        orders = None
        if body.orders is not None:
            orders = [NewOrder(one.unit, one.duties, one.due_at) for one in body.orders]
        found = make_orders(context.database, incident_id, actor=actor, orders=orders)
        return OrdersAnswer(orders=[OrderAnswer.model_validate(one) for one in found])

    @router.post("/incidents/{incident_id}/orders/override")
    def post_override(incident_id: int, body: OverrideBody, actor: Actor) -> OrdersAnswer:
        """Go on without the assistants whose orders are open."""
        found = override_orders(context.database, incident_id, actor=actor, reason=body.reason)
        return OrdersAnswer(orders=[OrderAnswer.model_validate(one) for one in found])

    @router.post("/orders/{order_id}/acknowledge")
    def post_acknowledge(order_id: int, body: VersionBody, actor: Actor) -> OrderAnswer:
        """Say that the unit has its order."""
        done = acknowledge_order(context.database, order_id, actor=actor, expected_version=body.expected_version)
        return OrderAnswer.model_validate(done)

    @router.post("/orders/{order_id}/finish")
    def post_finish(order_id: int, body: FinishOrderBody, actor: Actor) -> OrderAnswer:
        """Report the result; that of the lead resolves the incident."""
        done = finish_order(
            context.database,
            order_id,
            actor=actor,
            expected_version=body.expected_version,
            result=body.result,
            evidence=body.evidence,
            override_reason=body.override_reason,
        )
        return OrderAnswer.model_validate(done)

    @router.post("/orders/{order_id}/withdraw")
    def post_withdraw(order_id: int, body: ReasonBody, actor: Actor) -> OrderAnswer:
        """Take an order back."""
        done = withdraw_order(
            context.database, order_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return OrderAnswer.model_validate(done)

    return router
