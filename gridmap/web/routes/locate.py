"""`/api/locate`: which township, village and grid a point lies in."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gridmap.domain.datum import Datum
from gridmap.domain.incidents import Placement
from gridmap.services.locate_point import locate_point
from gridmap.web.context import WebContext


class LocatedAreaAnswer(BaseModel):
    """An area that the point lies in."""

    level: str
    code: str
    name: str


class LocatedAnswer(BaseModel):
    """The point in CGCS2000 degrees, and where it lies."""

    lon: float
    lat: float
    placement: Placement
    margin_m: float | None = Field(description="To the nearest other grid, metres; null where nothing says.")
    areas: list[LocatedAreaAnswer] = Field(description="From coarse to fine; empty outside the county.")


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["areas"])

    @router.get("/locate")
    def get_locate(
        lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
        lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
        datum: Annotated[Datum, Query(description="Of lon and lat, which are degrees.")],
    ) -> LocatedAnswer:
        """Locate a point as an exact report of now would be placed; stores nothing."""
        found = locate_point(context.database, lon=lon, lat=lat, datum=datum)
        named = zip(found.levels, found.codes, found.names, strict=True)
        areas = [LocatedAreaAnswer(level=level, code=code, name=name) for level, code, name in named]
        return LocatedAnswer(
            lon=found.lon, lat=found.lat, placement=found.placement, margin_m=found.margin_m, areas=areas
        )

    return router
