"""`/api/staff`: the people that can act, by code and without their names."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from gridmap.services.staff import list_staff
from gridmap.web.acting import read_actor_code
from gridmap.web.context import WebContext


class StaffAnswer(BaseModel):
    """A person; no unit is the command centre, no area the whole county."""

    code: str
    role: str
    unit_code: str | None
    unit_name: str | None
    unit_short_name: str | None
    area_code: str


class StaffListAnswer(BaseModel):
    """Who can act, those of the command centre first, and who acts in this request."""

    actor: str | None = Field(description="The code in X-Gridmap-Actor: what a proxy with a login has set.")
    staff: list[StaffAnswer]


def make_router(context: WebContext) -> APIRouter:
    """Make the route."""
    router = APIRouter(prefix="/api", tags=["life cycle"])

    @router.get("/staff", response_model=StaffListAnswer)
    def get_staff(actor: Annotated[str | None, Depends(read_actor_code)]) -> Response:
        """List the active people: code, role, unit and area, never a name."""
        people: list[dict[str, Any]] = [
            {
                "code": one.code,
                "role": one.role,
                "unit_code": one.unit_code,
                "unit_name": one.unit_name,
                "unit_short_name": one.unit_short_name,
                "area_code": one.area_code,
            }
            for one in list_staff(context.database)
            if one.is_active
        ]
        return Response(orjson.dumps({"actor": actor, "staff": people}), media_type="application/json")

    return router
