"""`/api/responsibility`, `/api/powers`: who answers for what, in which version, and who may; read only."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from gridmap.services.powers import list_powers
from gridmap.services.responsibility import compare_versions, find_item, list_versions, read_version
from gridmap.web.context import WebContext
from gridmap.web.responsibility_answers import (
    DiffAnswer,
    ItemAnswer,
    ListAnswer,
    PowerAnswer,
    PowersAnswer,
    VersionAnswer,
    VersionsAnswer,
    make_list_answer,
)

Version = Annotated[str | None, Query(max_length=200, description="Name of a version; not together with on.")]
Day = Annotated[date | None, Query(description="A day of the county, such as 2026-03-01; today without it.")]
Name = Annotated[str, Query(min_length=1, max_length=200, description="Name of a version.")]
Code = Annotated[str | None, Query(max_length=60)]
_MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such version, item or unit."}}


def make_router(context: WebContext) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/api", tags=["responsibility"])

    @router.get("/responsibility", responses=_MISSING)
    def get_list(version: Version = None, on: Day = None) -> ListAnswer:
        """Read a version of the responsibility list with its items and their parties."""
        return make_list_answer(*read_version(context.database, name=version, day=on))

    @router.get("/responsibility/versions")
    def get_versions() -> VersionsAnswer:
        """Read all versions by their first day."""
        return VersionsAnswer(versions=[VersionAnswer.model_validate(one) for one in list_versions(context.database)])

    @router.get("/responsibility/diff", responses=_MISSING)
    def get_diff(old: Name, new: Name) -> DiffAnswer:
        """Read what differs between two versions, field by field."""
        return DiffAnswer.model_validate(compare_versions(context.database, old, new))

    @router.get("/responsibility/{code}", responses=_MISSING)
    def get_item(
        code: Annotated[str, Path(min_length=1, max_length=60)], version: Version = None, on: Day = None
    ) -> ItemAnswer:
        """Read one item of a version by its code."""
        return ItemAnswer.model_validate(find_item(context.database, code, name=version, day=on))

    @router.get("/powers", responses=_MISSING)
    def get_powers(
        unit: Code = None,
        item: Code = None,
        on: Annotated[date | None, Query(description="Only those that hold on this day; all without it.")] = None,
    ) -> PowersAnswer:
        """Read powers of units by unit, item and first day."""
        found = list_powers(context.database, unit_code=unit, item_code=item, day=on)
        return PowersAnswer(powers=[PowerAnswer.model_validate(power) for power in found])

    return router
