"""Divide one village of the database: inside its large grids, from nothing or from today's grids, and edit the plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.assemble import assemble
from gridmap.domain.divide.check import PlanError, check_plan
from gridmap.domain.divide.county import Addresses, CountyTasks, make_tasks
from gridmap.domain.divide.edited import Base, keep_former, make_base
from gridmap.domain.divide.numbering import LAST_NUMBER
from gridmap.domain.divide.plane import Floats, Ints, Shapes
from gridmap.domain.divide.relabel import LabelError, relabel
from gridmap.domain.divide.report import find_compactness, make_report
from gridmap.domain.divide.task import AreaPlan, AreaTask
from gridmap.domain.divide.village_ground import (
    Ground,
    PlanRequest,
    Start,
    find_today_labels,
    make_inner_code,
    make_previous,
    match_today,
    name_grids,
)
from gridmap.domain.divide.village_regions import RegionFigures, find_regions
from gridmap.errors import InputError

__all__ = [
    "Ground",
    "PlanRequest",
    "Start",
    "VillagePlan",
    "count_moved",
    "divide_cell",
    "edit_village",
    "find_today_labels",
    "finish_village",
    "plan_village",
    "prepare_village",
]


@dataclass(frozen=True, eq=False)
class VillagePlan:
    """A plan of a village: its grids by rising code."""

    ground: Ground
    request: PlanRequest
    codes: list[str]
    cell: Ints
    """Index of the large grid of each grid."""
    shapes: Shapes
    households: Ints
    compactness: Floats
    regions: RegionFigures
    """What lies between barriers: the grids of one region are as even as they can be, those of two need not be."""
    label: Ints
    """Index of the grid of each address; -1 outside."""
    match: Ints
    """Index of the grid of today that each grid goes on from; -1 for a new one."""
    total: dict[str, object]
    """Figures of all grids together, as in the report of `gridmap divide`."""
    tasks: "_Tasks"


@dataclass(frozen=True, eq=False)
class _Tasks:
    county: CountyTasks
    bases: list[Base]
    inner_codes: list[str]
    """Codes by which the engine knows the grids, in the order of the plan."""
    outer: dict[str, str]
    """From the engine's codes to the real ones."""


def prepare_village(ground: Ground, request: PlanRequest) -> CountyTasks:
    """Make the engine's tasks, one for each large grid; their codes are numbers that stand for the large grids."""
    if not len(ground.households):
        raise InputError("No address lies in village {code}: import the addresses first.", code=ground.code)
    chosen = np.array([group in request.barrier_groups for group in ground.barrier_groups], dtype=np.bool_)
    hamlets = ground.hamlet if request.are_hamlets_kept else None
    inner = [make_inner_code(i) for i in range(len(ground.cells))]
    return make_tasks(
        inner,
        ground.cells,
        Addresses(ground.lon, ground.lat, ground.households, hamlets),
        options=request.options,
        barriers=ground.barriers[chosen] if chosen.any() else None,
        previous=None if request.start is Start.FRESH else make_previous(ground, request),
    )


def divide_cell(task: AreaTask, start: Start) -> AreaPlan:
    """Divide one large grid; a pure function, whichever process runs it."""
    if start is not Start.AS_IS or not task.previous:
        return divide_area(task)
    return keep_former(task)


def plan_village(ground: Ground, request: PlanRequest) -> VillagePlan:
    """Divide a village in this process.

    Raises
    ------
    InputError
        If there are no addresses, or a start from today's grids is asked for and their codes are not of this village.
    PlanError
        If the plan is not exact.
    """
    county = prepare_village(ground, request)
    return finish_village(ground, request, county, [divide_cell(task, request.start) for task in county.tasks])


def finish_village(ground: Ground, request: PlanRequest, county: CountyTasks, plans: list[AreaPlan]) -> VillagePlan:
    """Put the plans of the large grids of a village together, check them, and give the grids their codes."""
    return _finish(ground, request, county, plans, outer=None, label_codes=None)


def edit_village(plan: VillagePlan, label: Sequence[int]) -> VillagePlan:
    """Draw a plan anew for other labels of its addresses.

    Parameters
    ----------
    label
        For each address the index of its grid in the plan; larger ones are new grids, one for each number; -1 for
        addresses outside of the village, as in the plan.

    Raises
    ------
    LabelError
        If a grid would not hang together.
    InputError
        If a label is out of place: a grid of another large grid, or an address that has none.
    """
    given = np.array(label, dtype=np.int64)
    county, count = plan.tasks.county, len(plan.codes)
    if len(given) != len(plan.label) or (len(given) and int(given.max()) > count + LAST_NUMBER):
        raise InputError(
            "{labels} labels for {addresses} addresses: read the village again.",
            labels=len(given),
            addresses=len(plan.label),
        )
    if ((given < 0) != (plan.label < 0)).any():
        raise InputError("Every address of the village is in one grid, and none outside: read the village again.")
    cell_of_row = np.full(len(given), -1, dtype=np.int64)
    for number, rows in enumerate(county.rows):
        cell_of_row[rows] = number
    inner = dict(enumerate(plan.tasks.inner_codes))
    cell_of = dict(enumerate(plan.cell.tolist()))
    _add_new(given, cell_of_row, plan, inner, cell_of)
    wrong = [row for row in np.flatnonzero(given >= 0).tolist() if cell_of[int(given[row])] != cell_of_row[row]]
    if wrong:
        raise InputError(
            "{n} addresses would be in a small grid of another large grid than their own: small grids do not cross "
            "large ones. Change the large grids first.",
            n=len(wrong),
        )
    plans = []
    for base, rows in zip(plan.tasks.bases, county.rows, strict=True):
        wanted = [inner[int(given[row])] for row in rows.tolist()]
        changed = wanted != [base.plan.codes[i] for i in base.plan.grid_of_address.tolist()]
        try:
            plans.append(relabel(base, wanted) if changed else base.plan)
        except LabelError as error:
            # The engine knows the grid by its own code, and the addresses by their place in the large grid.
            code = plan.tasks.outer.get(error.code, error.code)
            raise LabelError(error.sentence.with_values(grid=code), code=code, rows=rows[error.rows]) from None
    return _finish(plan.ground, plan.request, county, plans, outer=plan.tasks.outer, label_codes=plan)


def _add_new(given: Ints, cell_of_row: Ints, plan: VillagePlan, inner: dict[int, str], cell_of: dict[int, int]) -> None:
    taken = set(plan.tasks.inner_codes)
    for number in np.unique(given[given >= len(plan.codes)]).tolist():
        cell = int(cell_of_row[np.flatnonzero(given == number)[0]])
        free = next(
            (code for n in range(1, LAST_NUMBER + 1) if (code := f"{make_inner_code(cell)}{n:03d}") not in taken), None
        )
        if free is None:
            raise InputError("Large grid {grid} has no grid number left.", grid=plan.ground.cell_codes[cell])
        taken.add(free)
        inner[number], cell_of[number] = free, cell


def _make_bases(county: CountyTasks, plans: list[AreaPlan], edited: VillagePlan | None) -> list[Base]:
    if edited is None:
        return [make_base(task, plan) for task, plan in zip(county.tasks, plans, strict=True)]
    return [replace(base, plan=plan) for base, plan in zip(edited.tasks.bases, plans, strict=True)]


def _finish(
    ground: Ground,
    request: PlanRequest,
    county: CountyTasks,
    plans: list[AreaPlan],
    *,
    outer: dict[str, str] | None,
    label_codes: VillagePlan | None,
) -> VillagePlan:
    whole = assemble(county, plans)
    check = check_plan(county, whole, ground.households)
    report = make_report(county, plans, whole, check, ground.households, {})
    named = name_grids(ground, request, county, whole.shapes, whole.codes, outer)
    codes = [named[code] for code in whole.codes]
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    label = rank[whole.grid_of_address]
    final = [codes[i] for i in order]
    if len(set(final)) != len(final):
        raise PlanError("Village {code}: grid codes repeat. Please report this.", code=ground.code)
    match = match_today(ground, request, final, label)
    bases = _make_bases(county, plans, label_codes)
    return VillagePlan(
        ground,
        request,
        final,
        whole.area[order],
        whole.shapes[order],
        whole.households[order],
        find_compactness(whole.area_m2, whole.length_m)[order],
        find_regions(bases, county.rows, label, len(final)),
        label,
        match,
        report["total"],
        _Tasks(county, bases, [whole.codes[i] for i in order], named),
    )


def count_moved(plan: VillagePlan, today_label: Ints) -> int:
    """Count the households whose grid of today is not the one that theirs goes on from."""
    known = (plan.label >= 0) & (today_label >= 0)
    return int(plan.ground.households[known & (plan.match[plan.label] != today_label)].sum())
