"""`/api/measures`: what people are judged by, by area, unit, item or time, as of any past instant."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from gridmap.domain.measures import Dimension, Direction, Form, MeasureId
from gridmap.services.measure_answer import make_measure_answer
from gridmap.services.measures import MeasureQuestion, measure
from gridmap.web.context import WebContext
from gridmap.web.errors import ErrorAnswer

_ZONE = "Without an offset from UTC it is of the county's time zone."
Code = Annotated[str, Query(min_length=1, max_length=60)]


class MeasureFormat(StrEnum):
    """The forms of the answer."""

    JSON = "json"
    CSV = "csv"


class DefinitionAnswer(BaseModel):
    """What a measure is."""

    id: MeasureId
    chinese: str
    english: str
    numerator: str
    denominator: str
    form: Form
    unit: str
    direction: Direction
    target: list[float] = Field(description="Empty: none; two numbers: a band.")


class ValueAnswer(BaseModel):
    """One measure of one row; no value where the denominator is 0."""

    numerator: float
    denominator: float
    value: float | None = Field(description="A share lies between 0 and 1.")
    low: float | None = Field(description="The 95 % interval of a share.")
    high: float | None
    is_small: bool = Field(description="It stands on less than small_number: chance may rule it.")
    held: float | None = Field(description="Of hours by unit: those of the incidents that the unit holds now.")
    meets_target: bool | None


class RowAnswer(BaseModel):
    """One row; the empty key is no unit (the command centre), no item or no class."""

    key: str
    name: str
    incidents: int
    values: dict[MeasureId, ValueAnswer]


class MeasuresAnswer(BaseModel):
    """The rows and the whole; on_map of incidents are in rows."""

    by: Dimension
    as_of: datetime
    incidents: int
    on_map: int
    small_number: int
    measures: list[DefinitionAnswer]
    rows: list[RowAnswer]
    total: RowAnswer


def make_router(context: WebContext) -> APIRouter:
    """Make the route."""
    router = APIRouter(prefix="/api", tags=["measures"])
    refused: dict[int | str, dict[str, Any]] = {
        200: {"content": {"text/csv": {}}},
        404: {"model": ErrorAnswer, "description": "There is no such area, unit or item."},
        422: {"model": ErrorAnswer, "description": "An unknown measure, or a period that can't be."},
    }

    @router.get("/measures", response_model=MeasuresAnswer, responses=refused)
    def get_measures(
        by: Dimension = Dimension.COUNTY,
        measures: Annotated[
            list[MeasureId] | None, Query(alias="measure", description="Repeat it for several; all without it.")
        ] = None,
        area: Annotated[Code | None, Query(description="Code of an area of any level.")] = None,
        unit: Annotated[Code | None, Query(description="Code of a unit.")] = None,
        item: Annotated[Code | None, Query(description="Code of an item.")] = None,
        since: Annotated[datetime | None, Query(description=_ZONE)] = None,
        until: Annotated[datetime | None, Query(description=f"Not included. {_ZONE}")] = None,
        as_of: Annotated[
            datetime | None, Query(description=f"Nothing after it counts; without it now. {_ZONE}")
        ] = None,
        answer_format: Annotated[MeasureFormat, Query(alias="format")] = MeasureFormat.JSON,
    ) -> Response:
        """Measure, by rows of one kind and as a whole."""
        question = MeasureQuestion(
            by=by,
            measures=tuple(measures or ()),
            area=area,
            unit=unit,
            item=item,
            since=since,
            until=until,
            as_of=as_of,
        )
        table = measure(context.database, question)
        if answer_format is MeasureFormat.CSV:
            # The writer of files loads what the server does not need to start.
            from gridmap.services.measure_file import make_measure_csv

            name = f'attachment; filename="gridmap-measures-{by}.csv"'
            return Response(
                make_measure_csv(table).encode("utf-8-sig"),
                media_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": name, "Cache-Control": "no-store"},
            )
        return Response(orjson.dumps(make_measure_answer(table)), media_type="application/json")

    return router
