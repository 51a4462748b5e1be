"""What `/api/divide` takes and gives: the request of a plan, a village with its households, a plan with its figures."""

from datetime import date
from typing import Any

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.village import PlanRequest, Start, VillagePlan, count_moved
from gridmap.services.divide_area import Village

_DECIMALS = 7
Json = dict[str, Any]


class PlanBody(BaseModel):
    """By which rules a village is divided."""

    model_config = ConfigDict(extra="forbid")

    village: str = Field(pattern="^[0-9]{12}$", description="12-digit code of the village.")
    version: str = Field(max_length=40, description="As read with the village.")
    start: Start = Field(default=Start.FRESH, description="fresh, today (from today's grids), or as_is (only by hand).")
    target: int = Field(default=100, ge=10, le=1000, description="Households of a grid.")
    keep_hamlets: bool = True
    keep_whole: int = Field(default=130, ge=1, le=2000, description="Hamlets of up to so many households stay whole.")
    min_side: int = Field(default=50, ge=1, le=2000, description="A barrier binds where both sides have so many.")
    barriers: list[str] = Field(default_factory=list, max_length=50, description="Groups, such as river:canal.")
    band: float = Field(default=0.05, ge=0, lt=1, description="With today: the share off the mean that moves nobody.")
    locked: list[str] = Field(default_factory=list, max_length=1000, description="Codes of today's grids that stay.")

    def make_request(self) -> PlanRequest:
        """Make the request of the engine."""
        options = DivideOptions(target=self.target, keep_whole=self.keep_whole, min_side=self.min_side, band=self.band)
        is_from_today = self.start is not Start.FRESH
        return PlanRequest(
            options, self.start, self.keep_hamlets, frozenset(self.barriers),
            frozenset(self.locked) if is_from_today else frozenset(),
        )  # fmt: skip


class DrawBody(PlanBody):
    """A plan, and the grid of each address in it."""

    label: list[int] = Field(
        max_length=200_000, description="Per address the index of its grid in the plan; -1 outside."
    )


class PublishBody(PlanBody):
    """A plan that becomes a new generation."""

    label: list[int] | None = Field(default=None, max_length=200_000)
    valid_from: date | None = Field(default=None, description="First day; today without it.")
    draft_only: bool = Field(default=False, description="Keep it in the draft, and publish that later.")


def make_village_answer(village: Village) -> Json:
    """Make the answer that the page draws and edits."""
    ground = village.ground
    hamlets = sorted({name for name in ground.hamlet if name})
    number = {name: i for i, name in enumerate(hamlets)}
    west, south, east, north = shapely.bounds(village.outline).tolist()
    known = village.today_label >= 0
    counts = np.bincount(village.today_label[known], ground.households[known], len(ground.today_codes)).astype(np.int64)
    return {
        "id": village.id,
        "code": village.code,
        "name": village.name,
        "kind": village.kind,
        "version": village.version,
        "generation": village.generation_id,
        "first_day": village.first_day.isoformat(),
        "bounds": [west, south, east, north],
        "outline": make_rings(village.outline),
        "cells": [
            {"code": code, "polygons": make_rings(shape)}
            for code, shape in zip(ground.cell_codes, ground.cells, strict=True)
        ],
        "addresses": {
            "lon": np.round(ground.lon, _DECIMALS).tolist(),
            "lat": np.round(ground.lat, _DECIMALS).tolist(),
            "households": ground.households.tolist(),
            "hamlet": [number.get(name, -1) for name in ground.hamlet],
        },
        "hamlets": hamlets,
        "today": {
            "grids": [
                {"code": grid.code, "name": grid.name, "households": int(count), "polygons": make_rings(shape)}
                for grid, shape, count in zip(village.grids, ground.today, counts, strict=True)
            ],
            "label": village.today_label.tolist(),
        },
        "barriers": [
            {"group": group, "name": name, "lines": _make_lines(shape)}
            for group, name, shape in zip(ground.barrier_groups, village.barrier_names, ground.barriers, strict=True)
        ],
    }


def make_plan_answer(village: Village, plan: VillagePlan) -> Json:
    """Make the answer of a plan: its grids by rising code, and the grid of each address."""
    regions = plan.regions
    return {
        "grids": [
            {
                "code": code,
                "cell": int(plan.cell[i]),
                "households": int(plan.households[i]),
                "region": int(regions.of_grid[i]),
                "mean": round(float(regions.mean[i]), 2),
                "forced": round(float(regions.forced[i]), 2),
                "compactness": round(float(plan.compactness[i]), 3),
                "match": int(plan.match[i]),
                "polygons": make_rings(plan.shapes[i]),
            }
            for i, code in enumerate(plan.codes)
        ],
        "label": plan.label.tolist(),
        # The page counts along while one drags: by the region of each address it knows that of a grid.
        "region": regions.of_address.tolist(),
        "moved": count_moved(plan, village.today_label),
        "total": plan.total,
    }


def make_rings(shape: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Make the rings of each polygon, the shell first, in degrees to the decimetre: neighbours keep equal vertices."""
    return [
        [np.round(shapely.get_coordinates(ring), _DECIMALS).tolist() for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]


def _make_lines(shape: shapely.Geometry) -> list[list[list[float]]]:
    lines = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
    return [np.round(shapely.get_coordinates(part), _DECIMALS).tolist() for part in shapely.get_parts(lines)]
