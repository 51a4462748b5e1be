"""`/api/calls`: a township calls units 乡呼县应, or asks for an expert 点兵点将."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from gridmap.errors import InputError
from gridmap.services.proceedings.answer_call import arrive_at_call, respond_to_call
from gridmap.services.proceedings.call_units import CallPoint, NewCall, call_units
from gridmap.services.proceedings.close_call import close_call, rate_unit, withdraw_call
from gridmap.services.proceedings.judge_call import accept_call, add_units, refuse_call
from gridmap.services.proceedings.list_calls import CallFilter, find_call, list_calls
from gridmap.web.acting import find_actor_code
from gridmap.web.call_answers import CallAnswer, CallsAnswer
from gridmap.web.context import WebContext
from gridmap.web.proceeding_bodies import (
    CallUnitBody,
    Code,
    NewCallBody,
    RatingBody,
    ReasonBody,
    ResultBody,
    UnitsBody,
)

Actor = Annotated[str, Depends(find_actor_code)]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api/calls", tags=["calls"])

    @router.get("")
    def get_calls(
        township: Annotated[Code | None, Query()] = None,
        unit: Annotated[Code | None, Query(description="Calls to which this unit was called.")] = None,
        incident: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        is_open: Annotated[bool, Query(alias="open", description="Only those that are not over.")] = False,
        overdue: Annotated[bool, Query(description="Only those in which a unit is late now.")] = False,
        after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> CallsAnswer:
        """List calls by id."""
        chosen = CallFilter(township=township, unit=unit, incident_id=incident, is_open=is_open, is_overdue=overdue)
        found = list_calls(context.database, chosen, after=after, limit=limit)
        return CallsAnswer(calls=[CallAnswer.of(one) for one in found])

    @router.post("", status_code=201)
    def post_call(body: NewCallBody, actor: Actor) -> CallAnswer:
        """Put a call to the command centre."""
        point = None
        if body.lon is not None and body.lat is not None and body.datum is not None:
            point = CallPoint(lon=body.lon, lat=body.lat, datum=body.datum)
        elif (body.lon, body.lat, body.datum) != (None, None, None):
            raise InputError("A point needs all of lon, lat and datum.")
        new = NewCall(
            kind=body.kind,
            township=body.township,
            matter=body.matter,
            place=body.place,
            point=point,
            incident_id=body.incident_id,
            wanted=body.wanted,
        )
        return CallAnswer.of(call_units(context.database, new, actor=actor))

    @router.get("/{call_id}")
    def get_call(call_id: int) -> CallAnswer:
        """Read one call."""
        return CallAnswer.of(find_call(context.database, call_id))

    @router.post("/{call_id}/accept")
    def post_accept(call_id: int, body: UnitsBody, actor: Actor) -> CallAnswer:
        """Accept it with the units that have to come."""
        done = accept_call(
            context.database, call_id, actor=actor, expected_version=body.expected_version, units=body.units
        )
        return CallAnswer.of(done)

    @router.post("/{call_id}/refuse")
    def post_refuse(call_id: int, body: ReasonBody, actor: Actor) -> CallAnswer:
        """Refuse it, with the reason."""
        done = refuse_call(
            context.database, call_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return CallAnswer.of(done)

    @router.post("/{call_id}/units")
    def post_units(call_id: int, body: UnitsBody, actor: Actor) -> CallAnswer:
        """Call further units."""
        done = add_units(
            context.database, call_id, actor=actor, expected_version=body.expected_version, units=body.units
        )
        return CallAnswer.of(done)

    @router.post("/{call_id}/respond")
    def post_respond(call_id: int, body: CallUnitBody, actor: Actor) -> CallAnswer:
        """A unit says that it is coming."""
        return CallAnswer.of(respond_to_call(context.database, call_id, unit=body.unit, actor=actor, note=body.note))

    @router.post("/{call_id}/arrive")
    def post_arrive(call_id: int, body: CallUnitBody, actor: Actor) -> CallAnswer:
        """A unit is there; the township may say it too."""
        return CallAnswer.of(arrive_at_call(context.database, call_id, unit=body.unit, actor=actor, note=body.note))

    @router.post("/{call_id}/close")
    def post_close(call_id: int, body: ResultBody, actor: Actor) -> CallAnswer:
        """Close it with what came of it."""
        done = close_call(
            context.database, call_id, actor=actor, expected_version=body.expected_version, result=body.result
        )
        return CallAnswer.of(done)

    @router.post("/{call_id}/withdraw")
    def post_withdraw(call_id: int, body: ReasonBody, actor: Actor) -> CallAnswer:
        """Take it back."""
        done = withdraw_call(
            context.database, call_id, actor=actor, expected_version=body.expected_version, reason=body.reason
        )
        return CallAnswer.of(done)

    @router.post("/{call_id}/rate")
    def post_rate(call_id: int, body: RatingBody, actor: Actor) -> CallAnswer:
        """Rate a unit that was called, once the call is closed."""
        done = rate_unit(
            context.database,
            call_id,
            actor=actor,
            expected_version=body.expected_version,
            unit=body.unit,
            rating=body.rating,
        )
        return CallAnswer.of(done)

    return router
