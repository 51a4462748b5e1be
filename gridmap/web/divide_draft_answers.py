"""What `/api/divide` takes and answers about many villages: the county's places, a division's result, the draft."""

from datetime import date
from typing import Any

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.village import PlanRequest, Start
from gridmap.sentence import Voice
from gridmap.services.divide_coverage import CoverageError
from gridmap.services.divide_draft import DraftGrid, DraftSummary
from gridmap.services.divide_many import VillageResult
from gridmap.services.divide_places import Places
from gridmap.web.divide_answers import make_rings

_DECIMALS = 5
Json = dict[str, Any]


class ManyBody(BaseModel):
    """Divide all villages of an area into the draft."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field(min_length=6, max_length=40, description="Code of a county, township or village.")
    start: Start = Start.TODAY
    target: int = Field(default=100, ge=10, le=1000, description="Households of a grid.")
    keep_hamlets: bool = True
    keep_whole: int = Field(default=130, ge=1, le=2000, description="Hamlets of up to so many households stay whole.")
    min_side: int = Field(default=50, ge=1, le=2000, description="A barrier binds where both sides have so many.")
    barriers: list[str] = Field(default_factory=list, max_length=50, description="Groups, such as river:canal.")
    band: float = Field(default=0.05, ge=0, lt=1, description="With today: the share off the mean that moves nobody.")

    def make_request(self) -> PlanRequest:
        """Make the request of the engine."""
        options = DivideOptions(target=self.target, keep_whole=self.keep_whole, min_side=self.min_side, band=self.band)
        return PlanRequest(options, self.start, self.keep_hamlets, frozenset(self.barriers))


class DraftBody(BaseModel):
    """The draft that somebody has seen, and the first day that it is to be valid."""

    model_config = ConfigDict(extra="forbid")

    generation: int = Field(ge=1, lt=2**31)
    valid_from: date | None = Field(default=None, description="First day; today without it.")


def make_places_answer(places: Places) -> Json:
    """Make the answer that a place is chosen from: simplified outlines, coarse levels first."""
    return {
        "generation": places.generation_id,
        "barriers": places.barrier_groups,
        "places": [
            {
                "id": row.id,
                "level": row.level,
                "code": row.code,
                "name": row.name,
                "parent": row.parent_id,
                "households": row.households,
                "grids": row.grids,
                "polygons": [
                    [np.round(shapely.get_coordinates(part.exterior), _DECIMALS).tolist()]
                    for part in shapely.get_parts(outline)
                ],
            }
            for row, outline in zip(places.rows, places.outlines, strict=True)
        ],
    }


def make_draft_grids_answer(found: list[DraftGrid]) -> Json:
    """Make the small grids of villages, today's and the draft's, by village code."""
    villages: dict[str, Json] = {}
    shapes = shapely.from_wkb(np.array([grid.shape for grid in found], dtype=object))
    for grid, shape in zip(found, shapes, strict=True):
        own = villages.setdefault(grid.village, {"today": [], "draft": []})
        own["draft" if grid.is_draft else "today"].append(
            {"code": grid.code, "households": grid.households, "polygons": make_rings(shape)}
        )
    return {"villages": villages}


def make_village_result(found: VillageResult, voice: Voice) -> Json:
    """Make what a village got, or why it was left out, in a language."""
    return {
        "code": found.code,
        "name": found.name,
        "grids_before": found.grids_before,
        "grids": found.grids,
        "households_min": found.households_min,
        "households_max": found.households_max,
        "deviation": round(found.deviation, 2),
        "forced": round(found.forced, 2),
        "moved": found.moved,
        "fault": found.fault if found.said is None else found.said.say(voice),
    }


def make_draft_answer(draft: DraftSummary | None) -> Json:
    """Make what the draft changes; `draft` is null when there is none."""
    if draft is None:
        return {"draft": None}
    return {
        "draft": {
            "generation": draft.generation_id,
            "name": draft.name,
            "first_day": draft.first_day.isoformat(),
            "other_changes": draft.other_changes,
            "villages": [
                {
                    "code": one.code,
                    "name": one.name,
                    "township": one.township,
                    "grids_before": one.grids_before,
                    "grids": one.grids,
                    "households_min": one.households_min,
                    "households_max": one.households_max,
                }
                for one in draft.villages
            ],
        }
    }


def make_fault_answers(error: CoverageError) -> list[Json]:
    """Make the places where the small grids do not tile, the largest first; 50 of them at most."""
    return [
        {
            "kind": fault.kind.value,
            "codes": list(fault.codes),
            "area_m2": round(fault.area_m2, 1),
            "lon": round(fault.lon, 6),
            "lat": round(fault.lat, 6),
        }
        for fault in error.faults[:50]
    ]
