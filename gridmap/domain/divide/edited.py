"""A plan that a person edits: what every edit needs again, and the former grids as the plan to begin with."""

import time
from dataclasses import dataclass

import numpy as np

from gridmap.domain.divide.area import make_plan
from gridmap.domain.divide.former import fit_former, name_nodes
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import Ints, make_keys
from gridmap.domain.divide.regions import Regions, make_regions
from gridmap.domain.divide.sites import Sites, make_sites
from gridmap.domain.divide.task import AreaPlan, AreaTask

_NOBODY: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Base:
    """A plan that is edited, with what every edit needs again."""

    task: AreaTask
    plan: AreaPlan
    sites: Sites
    site_of: Ints
    regions: Regions


def make_base(task: AreaTask, plan: AreaPlan) -> Base:
    """Take a plan of a task as the start of edits."""
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    return Base(task, plan, sites, site_of, _find_regions(task, sites))


def keep_former(task: AreaTask) -> AreaPlan:
    """Make a plan that is the former grids as they are, fitted to the area; land without one gets a new code."""
    started = time.process_time()
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    nodes = Nodes(task.vertex_xy)
    former = fit_former(nodes, _list_parts(task), task, sites.xy)
    last = max((int(grid.code[12:]) for grid in task.previous), default=0)
    codes: list[str] = []
    for grid in former.grid:
        last += grid < 0
        codes.append(task.previous[grid].code if grid >= 0 else make_code(task.code, last))
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    known = int(sites.weight[former.grid_of_site >= 0].sum())
    return make_plan(
        task, nodes, [former.pieces[i] for i in order], [codes[i] for i in order], sites, site_of,
        _find_regions(task, sites), [0.0], started,
        lonlat=name_nodes(nodes, former.lonlat, make_keys(nodes.xy)), moved=(known, 0, 0),
    )  # fmt: skip


def restore(base: Base) -> tuple[Nodes, list[Piece]]:
    """Make the vertices and pieces of a finished plan again: its rings hold every node, so that edges are whole."""
    task, plan = base.task, base.plan
    nodes = Nodes(task.vertex_xy)
    roots: dict[int, list[tuple[int, int]]] = {}
    for node, a, b in plan.on_outline.tolist():
        ends = np.searchsorted(task.vertex_ids, [a, b]).tolist()
        roots.setdefault(node, []).append((min(ends), max(ends)))
    for i, (x, y) in enumerate(plan.new_xy.tolist()):
        nodes.add(x, y)
        for root in roots.get(i, ()):
            nodes.add(x, y, on=root)
    grid_of_site = np.empty(len(base.sites), dtype=np.int64)
    grid_of_site[base.site_of] = plan.grid_of_address
    return nodes, [
        Piece(rings[0], tuple(rings[1:]), np.flatnonzero(grid_of_site == number))
        for number, rings in enumerate(plan.rings)
    ]


def _find_regions(task: AreaTask, sites: Sites) -> Regions:
    options = task.options
    return make_regions(
        Nodes(task.vertex_xy), _list_parts(task), sites.xy, sites.weight, task.barriers,
        min_side=options.min_side, dangle_m=options.dangle_m,
    )  # fmt: skip


def _list_parts(task: AreaTask) -> list[Piece]:
    return [Piece(rings[0], tuple(rings[1:]), _NOBODY) for rings in task.parts]
