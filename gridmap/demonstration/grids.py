"""Large and small grids of the villages, drawn by the engine that divides real ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from gridmap.demonstration.ground import Ground
from gridmap.demonstration.houses import Houses
from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.plane import Floats, Geometries, Ints, make_lonlat, make_lonlat_geometries, make_plane_xy
from gridmap.demonstration.settlement import SPLIT_COMMUNITIES, URBAN_LARGE_GRIDS
from gridmap.domain.divide.area import divide_area
from gridmap.domain.divide.assemble import CountyPlan, assemble
from gridmap.domain.divide.county import Addresses, make_tasks
from gridmap.domain.divide.numbering import find_reading_order
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.task import AreaPlan, AreaTask

HOUSEHOLDS_PER_SMALL_GRID = 103
"""Rivers, roads and whole hamlets make more grids than the households alone; with this target they are about the
published 3,917, and their mean is 100.
"""
# Drops vertices that lie on a straight line (the field corners of a neighbour long dissolved), about 2.5 m by the
# square root of the triangle's area; houses stand at least 3.2 m from every edge.
_STRAIGHT_DEGREES = 2.2e-5
_ROUNDS = 8

Divide = Callable[[list[AreaTask]], list[AreaPlan]]
"""Divides areas, in whatever process; the plans come in the order of the tasks."""


@dataclass(frozen=True)
class Grids:
    """Parent, number in the village and households of each grid; the small grids with their polygons in lon/lat."""

    large_village: Ints
    large_number: Ints
    small: Geometries
    small_large: Ints
    small_number: Ints
    small_households: Ints
    small_of_house: Ints


def divide_here(tasks: list[AreaTask]) -> list[AreaPlan]:
    """Divide areas in this process."""
    return [divide_area(task) for task in tasks]


def make_grids(inputs: Inputs, ground: Ground, houses: Houses, divide: Divide = divide_here) -> Grids:
    """Divide the town's communities into large grids, and all large grids into small ones of about 100 households.

    A village is one large grid. Small grids do not cross rivers and roads of more than a village's own, and keep small
    hamlets whole.
    """
    villages = _draw_villages(ground, len(inputs.villages))
    lon, lat = make_lonlat(houses.xy).T
    total: Floats = np.bincount(ground.village[houses.face], houses.households, len(villages)).astype(np.float64)
    parts = _count_large(inputs, total)
    addresses = Addresses(lon, lat, houses.households)
    # As many households as there are make one grid.
    targets = np.maximum(1, np.ceil(total / parts)).astype(np.int64)
    large = _divide(villages, addresses, divide, targets=targets)
    hamlets = Addresses(lon, lat, houses.households, ["" if h < 0 else str(h) for h in houses.hamlet.tolist()])
    lines = [line.geometry for line in (*ground.rivers, *ground.roads) if line.kind != "lane"]
    barriers = make_lonlat_geometries(np.asarray(lines, dtype=object))
    small = _divide(large.shapes, hamlets, divide, barriers=barriers)
    return Grids(
        large.area,
        _number(large.shapes, large.area),
        small.shapes,
        small.area,
        _number(small.shapes, large.area[small.area]),
        small.households,
        small.grid_of_address,
    )


def _draw_villages(ground: Ground, count: int) -> Geometries:
    order = np.argsort(ground.village, kind="stable")
    bounds = np.searchsorted(ground.village[order], np.arange(count + 1))
    joined = [shapely.coverage_union_all(ground.faces[order[a:b]]) for a, b in pairwise(bounds)]
    exact: Geometries = np.asarray([shape.geoms[0] if hasattr(shape, "geoms") else shape for shape in joined])
    plain: Geometries = shapely.coverage_simplify(exact, _STRAIGHT_DEGREES)
    # Exact borders are worth more than few vertices.
    return plain if shapely.coverage_is_valid(plain) and shapely.is_valid(plain).all() else exact


def _divide(
    shapes: Geometries,
    addresses: Addresses,
    divide: Divide,
    *,
    targets: Ints | None = None,
    barriers: Geometries | None = None,
) -> CountyPlan:
    """Divide polygons; new vertices are put on the stored coordinate grid."""
    codes = [f"{number:012d}" for number in range(len(shapes))]
    options = DivideOptions(target=HOUSEHOLDS_PER_SMALL_GRID)
    county = make_tasks(codes, shapes, addresses, options=options, targets=targets, barriers=barriers)
    plan = assemble(county, divide(county.tasks))
    return replace(plan, shapes=_round(plan.shapes))


def _round(shapes: Geometries) -> Geometries:
    """Put vertices on the stored coordinate grid, but the few that would thereby come to lie beyond another border."""
    places = shapely.get_coordinates(shapes)
    exact, vertex = np.unique(places[:, 0] + 1j * places[:, 1], return_inverse=True)
    moved = np.round(exact, 7)
    for _ in range(_ROUNDS):
        made: Geometries = shapely.set_coordinates(
            shapes.copy(), np.column_stack((moved.real[vertex], moved.imag[vertex]))
        )
        wrong = np.concatenate([shapely.coverage_invalid_edges(made), made[~shapely.is_valid(made)]])
        ends = shapely.get_coordinates(wrong)
        if not len(ends):
            return made
        kept = np.isin(moved, ends[:, 0] + 1j * ends[:, 1])
        moved = np.where(kept, exact, moved)
    return shapes


def _count_large(inputs: Inputs, households: Floats) -> Ints:
    """Share the 338 large grids of the town among its 38 large communities by households (largest remainder)."""
    parts = np.ones(len(households), dtype=np.int64)
    urban = np.flatnonzero((inputs.villages["kind"] == "community").to_numpy() & (households > 1000))[
        :SPLIT_COMMUNITIES
    ]
    if len(urban):
        seats = round(URBAN_LARGE_GRIDS * len(urban) / SPLIT_COMMUNITIES)
        quota = households[urban] / households[urban].sum() * seats
        parts[urban] = np.floor(quota)
        rest = np.argsort(-(quota - np.floor(quota)), kind="stable")[: seats - int(parts[urban].sum())]
        parts[urban[rest]] += 1
    return parts


def _number(shapes: Geometries, village: Ints) -> Ints:
    """Number the grids of each village from 1: rows from north to south, in each from west to east."""
    plane = shapely.transform(shapes, make_plane_xy)
    centre, area = shapely.get_coordinates(shapely.centroid(plane)), shapely.area(plane)
    order = np.argsort(village, kind="stable")
    bounds = np.searchsorted(village[order], np.arange(village.max() + 2))
    number = np.zeros(len(village), dtype=np.int64)
    for a, b in pairwise(bounds):
        own = order[a:b]
        number[own[find_reading_order(centre[own], area[own])]] = np.arange(1, b - a + 1)
    return number
