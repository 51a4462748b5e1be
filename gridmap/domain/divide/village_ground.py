"""A village of the database, by which rules it is divided, and how its grids and those of today belong together."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment

from gridmap.domain.divide.county import CountyTasks
from gridmap.domain.divide.numbering import LAST_NUMBER, find_reading_order
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.plane import Floats, Ints, Shapes
from gridmap.domain.divide.previous import Previous
from gridmap.domain.location.areas import make_area_set
from gridmap.domain.location.covering import AreaIndex
from gridmap.domain.zone import find_measure_transformer
from gridmap.errors import InputError


class Start(StrEnum):
    """What a plan begins with."""

    FRESH = "fresh"
    """Nothing: the best borders and new codes."""
    TODAY = "today"
    """Today's grids: as few people as possible change grid."""
    AS_IS = "as_is"
    """Today's grids as they are, to be changed by hand only."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A village as the database has it; degrees (EPSG:4490)."""

    code: str
    cell_codes: list[str]
    """Of the large grids, which no small grid crosses; of the village itself where it has none."""
    cells: Shapes
    lon: Floats
    lat: Floats
    households: Ints
    hamlet: list[str]
    today_codes: list[str]
    today: Shapes
    barriers: Shapes
    barrier_groups: list[str]
    """For each barrier what it is ticked by, such as `river:main`."""


@dataclass(frozen=True)
class PlanRequest:
    """By which rules a village is divided."""

    options: DivideOptions = field(default_factory=DivideOptions)
    start: Start = Start.FRESH
    are_hamlets_kept: bool = True
    barrier_groups: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    """Codes of today's grids that stay as they are."""


def make_inner_code(cell: int) -> str:
    """Make the 12 digits by which the engine knows a large grid of a village, from its index."""
    return f"{cell + 1:012d}"


def make_previous(ground: Ground, request: PlanRequest) -> Previous:
    """Make the former grids of the engine: today's. Raises InputError if their codes are none of this village."""
    wrong = [c for c in ground.today_codes if not (len(c) == 15 and c.isdigit() and c.startswith(ground.code))]
    if wrong or not ground.today_codes:
        if not wrong:
            raise InputError(
                "Village {code} has no small grids with 15-digit codes of its own to start from: start afresh.",
                code=ground.code,
            )
        raise InputError(
            "Village {code} has no small grids with 15-digit codes of its own to start from ({grid} is none): start "
            "afresh.",
            code=ground.code,
            grid=wrong[0],
        )
    unknown = sorted(request.locked - set(ground.today_codes))
    if unknown:
        raise InputError("Locked grid {grid} is none of today's: read the village again.", grid=unknown[0])
    cell = _find_cells(ground)
    inner = [f"{make_inner_code(cell[i])}{code[12:]}" for i, code in enumerate(ground.today_codes)]
    keep = frozenset(inner[i] for i, code in enumerate(ground.today_codes) if code in request.locked)
    return Previous(inner, ground.today, keep)


def _find_cells(ground: Ground) -> list[int]:
    """Find the large grid of each of today's grids: the one that holds its inner point, else the nearest."""
    inside = shapely.point_on_surface(ground.today)
    return [int(cell) for cell in shapely.STRtree(ground.cells).nearest(inside)]


def name_grids(
    ground: Ground,
    request: PlanRequest,
    county: CountyTasks,
    shapes: Shapes,
    inner: list[str],
    outer: dict[str, str] | None,
) -> dict[str, str]:
    """Give grids their real codes: those known already, those of today, and the next free numbers of the village.

    Returns
    -------
    The real code for each of the codes `inner` that the engine knows them by.
    """
    if outer is None and request.start is Start.FRESH:
        transformer = find_measure_transformer(county.meridian_deg)
        lonlat = shapely.get_coordinates(shapely.centroid(shapes))
        xy = np.stack(transformer.transform(lonlat[:, 0], lonlat[:, 1]), axis=1)
        plane = shapely.transform(shapes, lambda c: np.stack(transformer.transform(c[:, 0], c[:, 1]), axis=1))
        order = find_reading_order(xy, shapely.area(plane))
        return {inner[i]: _make_code(ground.code, number) for number, i in enumerate(order.tolist(), 1)}
    if outer is None:
        cells = _find_cells(ground)
        outer = {
            f"{make_inner_code(cell)}{code[12:]}": code for cell, code in zip(cells, ground.today_codes, strict=True)
        }
    named = {code: outer[code] for code in inner if code in outer}
    numbers = {int(code[12:]) for code in (*named.values(), *outer.values())}
    last = max(numbers, default=0)
    for code in inner:
        if code not in named:
            last += 1
            named[code] = _make_code(ground.code, last)
    return named


def _make_code(village: str, number: int) -> str:
    if number > LAST_NUMBER:
        raise InputError(
            "Village {code} would need a grid number {number}, and a code has room for {last}.",
            code=village,
            number=number,
            last=LAST_NUMBER,
        )
    return f"{village}{number:03d}"


def find_today_labels(ground: Ground) -> Ints:
    """Find for each address the index of the grid of today that covers it; -1 for none."""
    if not ground.today_codes:
        return np.full(len(ground.lon), -1, dtype=np.int64)
    grids = make_area_set(ground.today_codes, ground.today)
    at = {str(code): i for i, code in enumerate(ground.today_codes)}
    index = np.array([*(at[str(code)] for code in grids.codes), -1], dtype=np.int64)
    found = AreaIndex(grids).find_covering(ground.lon, ground.lat).area
    return np.asarray(index[np.where(found < 0, len(index) - 1, found)])


def match_today(ground: Ground, request: PlanRequest, codes: list[str], label: Ints) -> Ints:
    """Find which grid of today each grid goes on from, so that as few people as possible count as moved.

    From today's grids on codes are kept, so that the code tells; new codes of a fresh plan say nothing, and the pairs
    with the most people in common are taken.
    """
    match = np.full(len(codes), -1, dtype=np.int64)
    today = {code: i for i, code in enumerate(ground.today_codes)}
    if request.start is not Start.FRESH:
        for i, code in enumerate(codes):
            match[i] = today.get(code, -1)
        return match
    before = find_today_labels(ground)
    known = (before >= 0) & (label >= 0)
    common = np.zeros((len(codes), max(1, len(today))))
    np.add.at(common, (label[known], before[known]), ground.households[known])
    rows, columns = linear_sum_assignment(-common)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if common[row, column] > 0:
            match[row] = column
    return match
