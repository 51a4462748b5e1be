"""Divide one area: regions, grids, numbers, figures. A pure function of its task, whichever process runs it."""

import time
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import shapely

from gridmap.domain.divide.bisect import divide_region
from gridmap.domain.divide.count import find_count_for, find_forced_deviation, find_grid_count
from gridmap.domain.divide.faces import make_polygon
from gridmap.domain.divide.former import name_nodes
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.numbering import find_reading_order, make_code
from gridmap.domain.divide.packing import find_least_outside
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Floats, Ints, make_keys
from gridmap.domain.divide.recount import FreshPlan
from gridmap.domain.divide.regions import Regions, make_regions
from gridmap.domain.divide.sides import Blocks
from gridmap.domain.divide.sites import Sites, make_sites
from gridmap.domain.divide.sticky import divide_again
from gridmap.domain.divide.task import AreaFigures, AreaPlan, AreaTask


def divide_area(task: AreaTask) -> AreaPlan:
    """Divide one area into grids. Same addresses in any order: the same plan."""
    started = time.process_time()
    sites, site_of = make_sites(task.xy, task.weight, task.hamlet)
    nodes = Nodes(task.vertex_xy)
    parts = [Piece(rings[0], tuple(rings[1:]), np.empty(0, np.int64)) for rings in task.parts]
    options = task.options
    # Of a former plan only its own borders count: those of the regions are looked at, not drawn.
    drawn = Nodes(task.vertex_xy) if task.previous else nodes
    regions = make_regions(
        drawn, parts, sites.exact_xy, sites.weight, task.barriers, min_side=options.min_side, dangle_m=options.dangle_m
    )
    atom = find_atoms(sites, keep_whole=options.keep_whole)
    if task.previous:
        return _divide_again(task, nodes, drawn, parts, sites, site_of, regions, atom, started)
    found = _divide_regions(nodes, regions, sites, atom, options.target)
    pieces = [piece for some in found for piece in some]
    forced: list[float] = []
    outside_least = 0
    for region, some in zip(regions.pieces, found, strict=True):
        forced.append(find_forced_deviation(sites.weight[region.sites], len(some)))
        _count, load = _make_load(region, sites, atom, options.target)
        hamlets, free = load.list_groups(region)
        outside_least += find_least_outside(hamlets, free, len(some), options.target)
    shapes = [make_polygon(nodes, piece) for piece in pieces]
    area, centre = shapely.area(shapes), shapely.get_coordinates(shapely.centroid(shapes))
    order = find_reading_order(centre, area)
    codes = [make_code(task.code, number + 1) for number in range(len(order))]
    plan = make_plan(task, nodes, [pieces[i] for i in order], codes, sites, site_of, regions, forced, started)
    return replace(plan, figures=replace(plan.figures, outside_least=outside_least))


def _divide_regions(nodes: Nodes, regions: Regions, sites: Sites, atom: Ints, target: int) -> list[list[Piece]]:
    """Divide each region as if there had never been grids."""
    found = []
    for region in regions.pieces:
        count, load = _make_load(region, sites, atom, target)
        found.append(divide_region(nodes, region, load, count, target))
    return found


def _make_load(region: Piece, sites: Sites, atom: Ints, target: int) -> tuple[int, Load]:
    """Make what a region has to divide, and into how many; a building that fills a grid counts as one full grid."""
    count, cap = find_count_for(sites.weight[region.sites], target)
    return count, Load(sites.xy, np.minimum(sites.weight, cap), atom)


def _divide_again(
    task: AreaTask,
    nodes: Nodes,
    drawn: Nodes,
    parts: list[Piece],
    sites: Sites,
    site_of: Ints,
    regions: Regions,
    atom: Ints,
    started: float,
) -> AreaPlan:
    region_of_site = np.empty(len(sites), dtype=np.int64)
    for number, region in enumerate(regions.pieces):
        region_of_site[region.sites] = number

    @cache
    def find_fresh() -> FreshPlan:
        found = _divide_regions(drawn, regions, sites, atom, task.options.target)
        return FreshPlan(
            [np.array([int(sites.weight[piece.sites].sum()) for piece in some]) for some in found],
            frozenset(
                (hamlet, number)
                for number, some in enumerate(found)
                for hamlet, grids in Counter(
                    own for piece in some for own in np.unique(atom[piece.sites]).tolist() if own >= 0
                ).items()
                if grids > 1
            ),
        )

    is_binding = np.bincount(regions.block_of_site, sites.weight, regions.blocks) >= task.options.min_side
    blocks = Blocks(regions.block_shapes, regions.block_of_site, is_binding)
    again = divide_again(nodes, parts, task, Load(sites.xy, sites.weight, atom), region_of_site, blocks, find_fresh)
    lonlat = name_nodes(nodes, again.lonlat, make_keys(nodes.xy))
    forced = [find_forced_deviation(sites.weight, len(again.pieces))]
    moved = (again.people_before, again.people_moved, again.people_moved_least)
    return make_plan(
        task, nodes, again.pieces, again.codes, sites, site_of, regions, forced, started, lonlat=lonlat, moved=moved
    )


def find_atoms(sites: Sites, *, keep_whole: int) -> Ints:
    """Find which sites stay together: the hamlet's number for hamlets of up to `keep_whole` households, else -1."""
    if not (sites.hamlet >= 0).any():
        return np.full(len(sites), -1, dtype=np.int64)
    known = np.maximum(sites.hamlet, 0)
    size = np.bincount(known, np.where(sites.hamlet >= 0, sites.weight, 0))
    return np.where((sites.hamlet >= 0) & (size[known] <= keep_whole), sites.hamlet, -1)


def make_plan(
    task: AreaTask,
    nodes: Nodes,
    pieces: list[Piece],
    codes: list[str],
    sites: Sites,
    site_of: Ints,
    regions: Regions,
    forced: list[float],
    started: float,
    lonlat: dict[int, tuple[float, float]] | None = None,
    moved: tuple[int, int, int] = (0, 0, 0),
) -> AreaPlan:
    """Put the pieces of an area, in the order of their codes, together with what the report says of them."""
    nodes.forget_unused(np.concatenate([ring for piece in pieces for ring in (piece.shell, *piece.holes)]))
    grid_of_site = np.empty(len(sites), dtype=np.int64)
    for number, piece in enumerate(pieces):
        grid_of_site[piece.sites] = number
    rings = [[_start_low(nodes, nodes.complete(ring)) for ring in (piece.shell, *piece.holes)] for piece in pieces]
    shapes = [shapely.Polygon(nodes.xy[own[0]], [nodes.xy[hole] for hole in own[1:]]) for own in rings]
    households = np.bincount(grid_of_site, sites.weight, len(pieces)).astype(np.int64)
    given = nodes.given
    on_outline = [
        (node - given, int(task.vertex_ids[a]), int(task.vertex_ids[b]))
        for a, b in nodes.list_roots()
        if a < given and b < given
        for node in nodes.list_on((a, b))
        if node >= given
    ]
    new_lonlat = np.full((len(nodes.xy) - given, 2), np.nan)
    for node, place in (lonlat or {}).items():
        if node >= given:
            new_lonlat[node - given] = place
    length = shapely.length(shapes)
    outline = shapely.length(
        [make_polygon(nodes, Piece(p[0], tuple(p[1:]), np.empty(0, np.int64))) for p in task.parts]
    )
    figures = _make_figures(task, sites, regions, grid_of_site, households, forced)
    return AreaPlan(
        code=task.code,
        codes=codes,
        rings=rings,
        new_xy=nodes.xy[given:].copy(),
        new_lonlat=new_lonlat,
        on_outline=np.array(on_outline, dtype=np.int64).reshape(-1, 3),
        grid_of_address=grid_of_site[site_of],
        households=households,
        area_m2=shapely.area(shapes),
        length_m=length,
        figures=replace(
            figures,
            border_m=max(0.0, float(length.sum() - outline.sum()) / 2),
            people_before=moved[0],
            people_moved=moved[1],
            people_moved_least=moved[2],
            cpu_s=time.process_time() - started,
        ),
    )


def _start_low(nodes: Nodes, ring: Ints) -> Ints:
    """Start a ring at its westernmost (then southernmost) vertex, so that equal rings are equal bytes."""
    xy = nodes.xy[ring]
    return np.roll(ring, -int(np.lexsort((xy[:, 1], xy[:, 0]))[0]))


def _make_figures(
    task: AreaTask, sites: Sites, regions: Regions, grid_of_site: Ints, households: Ints, forced: list[float]
) -> AreaFigures:
    deviation = 0.0
    for region in regions.pieces:
        own: Floats = households[np.unique(grid_of_site[region.sites])].astype(np.float64)
        if len(own):
            deviation = max(deviation, float(np.abs(own - own.mean()).max()))
    block_weight = np.bincount(regions.block_of_site, sites.weight, regions.blocks)
    crossings = 0
    for grid in range(len(households)):
        blocks = np.unique(regions.block_of_site[grid_of_site == grid])
        crossings += max(0, int((block_weight[blocks] >= task.options.min_side).sum()) - 1)
    region_of_site = np.empty(len(sites), dtype=np.int64)
    for number, region in enumerate(regions.pieces):
        region_of_site[region.sites] = number
    atom = find_atoms(sites, keep_whole=task.options.keep_whole)
    split_forced: list[int] = []
    split_chosen: list[int] = []
    for hamlet in np.unique(atom[atom >= 0]).tolist():
        of_hamlet = atom == hamlet
        grids, lying_in = np.unique(grid_of_site[of_hamlet]), np.unique(region_of_site[of_hamlet])
        if len(grids) > 1:
            (split_forced if len(grids) == len(lying_in) else split_chosen).append(hamlet)
    return AreaFigures(
        households=int(households.sum()),
        addresses=len(task.weight),
        places=len(sites),
        parts=len(task.parts),
        regions=len(regions.pieces),
        blocks=regions.blocks,
        blocks_joined=regions.joined,
        region_households=[int(sites.weight[region.sites].sum()) for region in regions.pieces],
        formula_count=find_grid_count(int(households.sum()), task.options.target),
        deviation_forced=max(forced, default=0.0),
        deviation=deviation,
        barrier_crossings=crossings,
        hamlets=len(np.unique(sites.hamlet[sites.hamlet >= 0])),
        hamlets_whole_asked=len(np.unique(atom[atom >= 0])),
        hamlets_split_forced=split_forced,
        hamlets_split_chosen=split_chosen,
    )
