"""`/api/areas`, `/api/units`: one area with all that is known of it; all units with their counts."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from gridmap.domain.areas import AreaLevel
from gridmap.services.areas import find_area_by_code, find_area_page
from gridmap.services.unit_counts import list_units_with_counts
from gridmap.web.area_answers import AreaAnswer, UnitAnswer, UnitsAnswer, make_area_answer, make_unit_answer
from gridmap.web.context import WebContext


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["areas"])

    @router.get("/areas/by-id/{area_id}", responses={404: {"description": "There is no such area."}})
    def get_area_by_id(area_id: Annotated[int, Path(ge=1)]) -> AreaAnswer:
        """Read one area of any generation by its id."""
        return make_area_answer(find_area_page(context.database, area_id))

    @router.get("/areas/{code}", responses={404: {"description": "There is no such area in the current generation."}})
    def get_area(
        code: Annotated[str, Path(min_length=1, max_length=60)],
        level: Annotated[AreaLevel | None, Query(description="Without it the finest level that has the code.")] = None,
    ) -> AreaAnswer:
        """Read one area of the current generation by its code."""
        return make_area_answer(find_area_by_code(context.database, code, level=level))

    @router.get("/units")
    def get_units() -> UnitsAnswer:
        """Read all units with their colour, letter and counts, in the order of their colours."""
        answers: list[UnitAnswer] = [make_unit_answer(unit) for unit in list_units_with_counts(context.database)]
        return UnitsAnswer(units=answers)

    return router
