"""`/api/clock`, `/api/incidents/{id}/stages`: how limits are counted, and when the stages of an incident are due."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gridmap.domain.clock import LimitUnit
from gridmap.services.clock import list_stage_dues, read_county_clock
from gridmap.web.context import WebContext


class ClockAnswer(BaseModel):
    """The clock of the county."""

    office_hours: str = Field(description="Such as 08:30-12:00,13:30-17:30; 00:00-24:00 is the whole working day.")
    working_day_s: int = Field(description="Working seconds of one working day.")
    convention: str
    rules: list[str] = Field(description="RULE=CHOICE in which it differs from the convention.")
    timezone: str


class StageAnswer(BaseModel):
    """A stage of the item of an incident; no instants while its clock stands."""

    number: int
    name: str
    limit_value: float
    limit_unit: LimitUnit
    near_due_at: datetime | None
    due_at: datetime | None
    provisional: bool


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["incidents"])

    @router.get("/clock")
    def get_clock() -> ClockAnswer:
        """Read how the limits of incidents are counted."""
        clock = read_county_clock(context.database)
        return ClockAnswer(
            office_hours=str(clock.hours),
            working_day_s=clock.hours.length_s,
            convention=clock.convention_name,
            rules=list(clock.rules),
            timezone=clock.timezone,
        )

    @router.get("/incidents/{incident_id}/stages", responses={404: {"description": "There is no such incident."}})
    def get_stages(incident_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> list[StageAnswer]:
        """Read when each stage of an incident is due, in the order of the list."""
        return [
            StageAnswer(
                number=one.number,
                name=one.name,
                limit_value=one.limit_value,
                limit_unit=one.limit_unit,
                near_due_at=one.near_due_at,
                due_at=one.due_at,
                provisional=one.is_provisional,
            )
            for one in list_stage_dues(context.database, incident_id)
        ]

    return router
