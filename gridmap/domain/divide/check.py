"""Check a plan before anyone sees it: what is not exact is refused."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.assemble import CountyPlan
from gridmap.domain.divide.county import CountyTasks
from gridmap.domain.divide.plane import Ints, make_points
from gridmap.domain.location.areas import make_area_set
from gridmap.domain.location.covering import AreaIndex
from gridmap.errors import GridMapError
from gridmap.sentence import Technical

AREA_TOLERANCE = 1e-6
"""Largest share by which the grids of an area may differ from it."""
_TOUCH_DEG = 1e-8
"""A millimetre: an address on a border is its own grid's if it is no farther."""
_SAME_PLACE_DEG = 1.5e-7
"""Addresses within a centimetre are at one place, which no border parts, though a barrier may run between them."""


class PlanError(GridMapError, RuntimeError):
    """A plan that is not exact; a fault of the program or of the input, never written."""


@dataclass(frozen=True)
class PlanCheck:
    """What the check measured."""

    grids: int
    coverage_valid: bool
    area_error_share: float
    single_part: int
    addresses: int
    addresses_in_own_grid: int
    households: int


def check_plan(county: CountyTasks, plan: CountyPlan, households: Ints) -> PlanCheck:
    """Check that a plan is exact.

    Raises
    ------
    PlanError
        If a grid is invalid or has several parts, borders do not match anywhere in the county, an area is not wholly
        and only covered by its grids, an address is not in its own grid, counts do not add up, or codes repeat. All
        faults are named, with the grid or area.
    """
    faults: list[str] = []
    valid = shapely.is_valid(plan.shapes)
    _name(faults, "grids are not valid polygons", [plan.codes[i] for i in np.flatnonzero(~valid)])
    if len(set(plan.codes)) != len(plan.codes):
        faults.append("grid codes repeat")
    coverage_valid = bool(shapely.coverage_is_valid(plan.shapes))
    if not coverage_valid:
        edges = shapely.coverage_invalid_edges(plan.shapes)
        _name(
            faults,
            "grids do not fit their neighbours",
            [plan.codes[i] for i in np.flatnonzero(~shapely.is_empty(edges))],
        )
    size = np.bincount(plan.area, shapely.area(plan.shapes), len(county.codes))
    wanted = shapely.area(county.shapes)
    error = np.abs(size - wanted) / wanted
    _name(faults, "areas are not exactly tiled", [county.codes[i] for i in np.flatnonzero(error > AREA_TOLERANCE)])
    own = plan.grid_of_address
    rows = np.flatnonzero(own >= 0)
    away = _find_away(county, plan, rows)
    _name(faults, "addresses are not in their own grid", [f"row {row + 1} ({plan.codes[own[row]]})" for row in away])
    _check_counts(faults, county, plan, households, rows)
    if faults:
        raise PlanError(
            "The plan is not exact and was not written: {faults}. Please report this.",
            faults=Technical("; ".join(faults)),
        )
    return PlanCheck(
        len(plan.codes), coverage_valid, float(error.max()), int((shapely.get_type_id(plan.shapes) == 3).sum()),
        len(rows), len(rows) - len(away), int(plan.households.sum()),
    )  # fmt: skip


def _find_away(county: CountyTasks, plan: CountyPlan, rows: Ints) -> Ints:
    """Find the rows whose place is not in the grid that they are counted in."""
    lon, lat = county.lon[rows], county.lat[rows]
    own = plan.grid_of_address[rows]
    grids = make_area_set(plan.codes, plan.shapes)
    found = AreaIndex(grids).find_covering(lon, lat).area
    # Both are in the order of the codes.
    doubt = np.flatnonzero(found != own)
    if not len(doubt):
        return rows[:0]
    places = make_points(np.column_stack([lon, lat]))
    away = shapely.distance(plan.shapes[own[doubt]], places[doubt])
    near, _ = shapely.STRtree(places).query(places[doubt], predicate="dwithin", distance=_SAME_PLACE_DEG)
    is_alone = np.bincount(near, minlength=len(doubt)) < 2
    return np.asarray(rows[doubt[away > np.where(is_alone, _TOUCH_DEG, _SAME_PLACE_DEG)]])


def _check_counts(faults: list[str], county: CountyTasks, plan: CountyPlan, households: Ints, rows: Ints) -> None:
    counted = np.bincount(plan.grid_of_address[rows], households[rows], len(plan.codes)).astype(np.int64)
    _name(
        faults,
        "grids count other households than lie in them",
        [plan.codes[i] for i in np.flatnonzero(counted != plan.households)],
    )
    total = int(households.sum()) - int(households[county.outside].sum())
    if int(plan.households.sum()) != total:
        faults.append(f"the grids have {int(plan.households.sum())} households, the addresses {total}")


def _name(faults: list[str], text: str, who: list[str]) -> None:
    if who:
        more = f" and {len(who) - 5} more" if len(who) > 5 else ""
        faults.append(f"{len(who)} {text}: {', '.join(who[:5])}{more}")
