"""What goes into the division of one area, and what comes out: plain arrays, so that another process can do it."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.plane import Floats, Ints


@dataclass(frozen=True, eq=False)
class PreviousGrid:
    """A grid of the former plan: the same vertices in metres and in degrees."""

    code: str
    plane: shapely.Geometry
    lonlat: shapely.Geometry
    locked: bool = False


@dataclass(frozen=True, eq=False)
class AreaTask:
    """One area with its addresses."""

    code: str
    options: DivideOptions
    vertex_ids: Ints
    """The vertices of the outline, by their numbers in the county, ascending."""
    vertex_xy: Floats
    parts: list[list[Ints]]
    """For each part its shell and holes, as positions in `vertex_ids`; shells counter-clockwise, holes clockwise."""
    xy: Floats
    """Of the addresses, shape (n, 2), m."""
    weight: Ints
    hamlet: Ints
    """Number of the hamlet within the area, -1 for none."""
    barriers: Floats = field(default_factory=lambda: np.empty((0, 4)))
    previous: list[PreviousGrid] = field(default_factory=list)
    vertex_lonlat: Floats = field(default_factory=lambda: np.empty((0, 2)))
    """Only with previous grids."""


@dataclass(frozen=True, eq=False)
class AreaFigures:
    """What the report says of one area; counts are households unless the name says otherwise."""

    households: int
    addresses: int
    places: int
    parts: int
    regions: int
    blocks: int
    blocks_joined: int
    region_households: list[int]
    formula_count: int
    deviation_forced: float
    """Lower bound of the largest difference between a grid and the mean of its region."""
    deviation: float
    """The largest such difference."""
    barrier_crossings: int
    hamlets: int
    hamlets_whole_asked: int
    hamlets_split_forced: list[int]
    hamlets_split_chosen: list[int]
    border_m: float = 0.0
    """Length of the borders between the grids of the area."""
    people_before: int = 0
    """Households whose former grid is known."""
    people_moved: int = 0
    people_moved_least: int = 0
    outside_least: int = 0
    """Of a new plan: grids that whole hamlets force outside of 70 to 130 % of the target, wherever they lie."""
    cpu_s: float = 0.0


@dataclass(frozen=True, eq=False)
class AreaPlan:
    """The grids of one area: the first is number 1."""

    code: str
    codes: list[str]
    rings: list[list[Ints]]
    """For each grid its shell and holes; numbers below `len(vertex_ids)` are outline vertices, the others `new_xy`."""
    new_xy: Floats
    new_lonlat: Floats
    """NaN where it follows from the plane."""
    on_outline: Ints
    """Shape (m, 3): new vertex (position in `new_xy`) and the two county vertices of the outline segment it lies on."""
    grid_of_address: Ints
    households: Ints
    area_m2: Floats
    length_m: Floats
    figures: AreaFigures
