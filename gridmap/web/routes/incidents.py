"""`/api/incidents`: take reports in, read incidents."""

import json
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from gridmap.domain.incidents import Placement, Status
from gridmap.domain.lateness import Lateness
from gridmap.domain.routing import Queue
from gridmap.errors import InputError
from gridmap.sentence import Technical, list_texts
from gridmap.services.incidents import IncidentFilter, find_incident, list_incidents, list_named_incidents
from gridmap.services.intake import MAX_ROWS, Refused, take_in_rows
from gridmap.services.tiles import Database
from gridmap.web.acting import read_actor_code
from gridmap.web.context import WebContext
from gridmap.web.errors import ErrorAnswer
from gridmap.web.incident_answers import (
    HistoryAnswer,
    IncidentAnswer,
    IntakeAnswer,
    ListAnswer,
    describe_body,
    make_answer,
    make_event,
)

MAX_BODY_BYTES = 4_000_000


async def read_body(request: Request) -> bytes:
    """Read the body of a request, at most 4 MB: a thousand rows need less than one."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise InputError(
                "The body is larger than {most:,} bytes: send at most {rows} rows a call.",
                most=MAX_BODY_BYTES,
                rows=MAX_ROWS,
            )
    return bytes(body)


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api/incidents", tags=["incidents"])

    @router.post(
        "",
        response_model=IncidentAnswer | IntakeAnswer,
        openapi_extra={"requestBody": describe_body(max_rows=MAX_ROWS)},
        status_code=201,
        responses={
            200: {
                "model": IncidentAnswer | IntakeAnswer,
                "description": "All of it was stored before: the same incidents, nothing new.",
            },
            207: {
                "model": IntakeAnswer,
                "description": "A list of which some rows were refused; the others are stored.",
            },
            409: {"model": ErrorAnswer | IntakeAnswer, "description": "The key was used for another report."},
            422: {"model": ErrorAnswer | IntakeAnswer, "description": "Refused, with the reason for each field."},
        },
    )
    def post_incidents(
        body: Annotated[bytes, Depends(read_body)],
        actor: Annotated[str | None, Depends(read_actor_code)],
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=180, pattern="^[!-~]+$")] = None,
    ) -> Response:
        """Take in one report, or a list of up to 1,000. A bad row of a list is refused alone."""
        rows = _parse(body)
        if not isinstance(rows, list):
            return _take_in_one(context.database, rows, key=idempotency_key, actor=actor)
        if len(rows) > MAX_ROWS:
            raise InputError("The list holds {n} incidents; send at most {rows} a call.", n=len(rows), rows=MAX_ROWS)
        done = take_in_rows(context.database, rows, key=idempotency_key, actor=actor)
        answer = {
            "accepted": [
                {"index": one.index, **make_answer(done.incidents[one.incident_id], is_repeated=one.is_repeated)}
                for one in done.accepted
            ],
            "refused": [_make_refusal(one) for one in done.refused],
        }
        if done.refused:
            status = 207 if done.accepted else 409 if all(one.code == "conflict" for one in done.refused) else 422
        else:
            status = 201 if any(not one.is_repeated for one in done.accepted) else 200
        return _respond(answer, status)

    @router.get("", response_model=ListAnswer)
    def get_incidents(
        area: Annotated[str | None, Query(max_length=40, description="Code of an area of any level.")] = None,
        unit: Annotated[str | None, Query(max_length=40, description="Code of the leading unit.")] = None,
        status: Annotated[list[str] | None, Query(description="Statuses, or open, or closed.")] = None,
        lateness: Lateness | None = None,
        placement: Placement | None = None,
        queue: Annotated[Queue | None, Query(description="Open incidents that wait in this queue.")] = None,
        ids: Annotated[
            list[int] | None,
            Query(alias="id", max_length=200, description="Just these, in this order."),
        ] = None,
        after: Annotated[int, Query(ge=0, description="Only ids above this one: the next page.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List incidents by id."""
        if ids is not None:
            named = list_named_incidents(context.database, ids)
            return _respond({"incidents": [make_answer(one) for one in named], "next_after": None}, 200)
        chosen = _make_filter(area=area, unit=unit, status=status, lateness=lateness, placement=placement, queue=queue)
        found = list_incidents(context.database, chosen, after=after, limit=limit)
        next_after = found[-1].id if len(found) == limit else None
        return _respond({"incidents": [make_answer(one) for one in found], "next_after": next_after}, 200)

    @router.get(
        "/{incident_id}", response_model=HistoryAnswer, responses={404: {"description": "There is no such incident."}}
    )
    def get_incident(incident_id: int) -> Response:
        """Read one incident with its history."""
        found = find_incident(context.database, incident_id)
        answer = {**make_answer(found.incident), "history": [make_event(one) for one in found.events]}
        return _respond(answer, 200)

    return router


def _parse(body: bytes) -> Any:
    try:
        # Takes NaN and Infinity, so that the row that holds one is refused alone and not the whole list.
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("The body is not JSON: {cause}.", cause=Technical(str(error))) from None


def _take_in_one(database: Database, row: object, *, key: str | None, actor: str | None) -> Response:
    done = take_in_rows(database, [row], key=key, actor=actor)
    if done.refused:
        refusal = _make_refusal(done.refused[0])
        error = {"code": refusal["code"], "message": refusal["reason"], "details": refusal["details"]}
        return _respond({"error": error}, 409 if done.refused[0].code == "conflict" else 422)
    one = done.accepted[0]
    return _respond(
        make_answer(done.incidents[one.incident_id], is_repeated=one.is_repeated), 200 if one.is_repeated else 201
    )


def _make_refusal(refused: Refused) -> dict[str, Any]:
    first = refused.faults[0]
    return {
        "index": refused.index,
        "code": refused.code,
        "field": first.field,
        "reason": f"{first.field} {first.reason}" if first.field and first.field not in first.reason else first.reason,
        "details": [{"field": fault.field, "reason": fault.reason} for fault in refused.faults],
    }


def _make_filter(
    *,
    area: str | None,
    unit: str | None,
    status: list[str] | None,
    lateness: Lateness | None,
    placement: Placement | None,
    queue: Queue | None,
) -> IncidentFilter:
    is_open = None
    statuses: tuple[Status, ...] | None = None
    if status == ["open"] or status == ["closed"]:
        is_open = status == ["open"]
    elif status is not None:
        try:
            statuses = tuple(Status(one) for one in status)
        except ValueError:
            wrong = next(one for one in status if one not in set(Status))
            raise InputError(
                "{status!r} is not a valid Status; give open, closed, or of {statuses}.",
                status=wrong,
                statuses=list_texts(Status),
            ) from None
    # A NUL can be written in a URL but not in a PostgreSQL text: no code holds one.
    if "\0" in (area or "") or "\0" in (unit or ""):
        raise InputError("A code can't hold the character U+0000.")
    return IncidentFilter(
        area=area,
        unit=unit,
        statuses=statuses,
        is_open=is_open,
        lateness=lateness,
        placement=placement,
        queue=queue,
    )


def _respond(answer: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")
