"""`/api/incidents/{id}/ledger`, `/api/incidents/{id}/clocks` and `/api/units/burnt`: who held it and burnt the time."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from gridmap.services.ledger import list_burnt, list_clocks, list_ledger
from gridmap.web.context import WebContext
from gridmap.web.errors import ErrorAnswer


class PieceAnswer(BaseModel):
    """A piece of the ledger, counted up to now; no unit: the command centre, or nobody for closed time."""

    unit_code: str | None
    unit_name: str | None
    kind: str = Field(description="held, paused, or closed until it was reopened.")
    from_at: datetime
    to_at: datetime | None = Field(description="Null: it goes on.")
    working_s: float
    overdue_s: float = Field(description="The part of the working seconds after the due time.")


class LedgerAnswer(BaseModel):
    """The pieces from the report on, without gap or overlap."""

    pieces: list[PieceAnswer]


class ClockAnswer(BaseModel):
    """One clock of an incident."""

    kind: str = Field(description="dispatch, handling or call_back.")
    unit_code: str | None
    unit_name: str | None
    starts_at: datetime
    near_due_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    is_running: bool


class ClocksAnswer(BaseModel):
    """The clocks of an incident by their start."""

    clocks: list[ClockAnswer]


class BurntAnswer(BaseModel):
    """What a unit burnt in the period, and what it holds at its end."""

    unit_code: str | None
    unit_name: str | None
    unit_letter: str | None
    working_s: float
    overdue_s: float
    incidents: int
    incidents_overdue: int = Field(description="Of those, with overdue time in this unit's hands.")
    held_now: int
    overdue_now: int


class BurntListAnswer(BaseModel):
    """The units with the most overdue time first."""

    units: list[BurntAnswer]


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["ledger"])
    absent: dict[int | str, dict[str, Any]] = {404: {"model": ErrorAnswer, "description": "There is no such incident."}}

    @router.get("/incidents/{incident_id}/ledger", response_model=LedgerAnswer, responses=absent)
    def get_ledger(incident_id: int) -> Response:
        """List who held an incident for how long."""
        return _respond({"pieces": [asdict(one) for one in list_ledger(context.database, incident_id)]})

    @router.get("/incidents/{incident_id}/clocks", response_model=ClocksAnswer, responses=absent)
    def get_clocks(incident_id: int) -> Response:
        """List the clocks of an incident."""
        return _respond({"clocks": [asdict(one) for one in list_clocks(context.database, incident_id)]})

    @router.get("/units/burnt", response_model=BurntListAnswer)
    def get_burnt(
        area: Annotated[str | None, Query(max_length=40, description="Code of an area of any level.")] = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: Annotated[datetime | None, Query(description="Nothing after it counts; without it now.")] = None,
    ) -> Response:
        """List the working time that each unit burnt, and how much of it after the due times."""
        found = list_burnt(context.database, area=area, since=since, until=until, as_of=as_of)
        return _respond({"units": [asdict(one) for one in found]})

    return router


def _respond(answer: dict[str, Any]) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json")
