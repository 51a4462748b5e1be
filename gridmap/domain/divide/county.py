"""From files' worth of areas, addresses and barriers to one task per area."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from pyproj import Transformer

from gridmap.domain.divide.noding import node_areas
from gridmap.domain.divide.options import DivideOptions
from gridmap.domain.divide.plane import Bools, Floats, Ints, Shapes, make_lines, make_points, round_to_lattice
from gridmap.domain.divide.previous import Previous, group_previous
from gridmap.domain.divide.task import AreaTask
from gridmap.domain.location.areas import make_area_set
from gridmap.domain.location.cells import NO_AREA
from gridmap.domain.location.covering import AreaIndex
from gridmap.domain.zone import find_measure_transformer
from gridmap.errors import InputError
from gridmap.sentence import Technical

NEAR_M = 30.0
"""An address this close outside of all areas belongs to the nearest: doors and outlines are surveyed apart."""
_NEAR_DEG = 0.001
_WRONG_DATUM_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Addresses:
    """Addresses in CGCS2000 degrees (EPSG:4490), one row each."""

    lon: Floats
    lat: Floats
    households: Ints
    hamlet: Sequence[str] | None = None
    """Name of the hamlet, empty for none; the same name in two areas is two hamlets."""


@dataclass(frozen=True, eq=False)
class CountyTasks:
    """The tasks, by rising code, and what it takes to put their plans together again."""

    tasks: list[AreaTask]
    codes: list[str]
    shapes: Shapes
    """The areas as they are divided, degrees; noded when the given ones did not fit each other."""
    vertex_lonlat: Floats
    vertex_xy: Floats
    rows: list[Ints]
    """For each area the rows of its addresses."""
    lon: Floats
    lat: Floats
    """Of the addresses, moved to the outline where they lay close outside."""
    hamlets: list[list[str]]
    """For each area the names of its hamlets, by their numbers."""
    meridian_deg: int
    outside: Ints
    """Rows that lie in no area."""
    moved: Ints
    """Rows that were moved to the outline."""
    is_noded: bool
    is_on_border: Bools
    wrong_areas: list[str] = field(default_factory=list)
    previous_left_out: list[str] = field(default_factory=list)
    """Codes of former grids that are of none of the areas, or have no land in theirs any more."""


def make_tasks(
    codes: Sequence[str],
    shapes: Shapes,
    addresses: Addresses,
    *,
    options: DivideOptions,
    targets: Ints | None = None,
    barriers: Shapes | None = None,
    previous: Previous | None = None,
) -> CountyTasks:
    """Make one task per area.

    Parameters
    ----------
    codes, shapes
        Of the areas: 12 digits each and once, and polygons in CGCS2000 degrees.
    targets
        Households of a grid by area, instead of the one of the options.
    barriers
        Lines in CGCS2000 degrees.

    Raises
    ------
    InputError
        If codes are blank or repeated, a shape has no area, most addresses lie outside (a wrong datum), or the former
        grids are not of these areas.
    """
    _check_codes(codes)
    areas = make_area_set(codes, shapes)
    if areas.empty:
        raise InputError(
            "{n} areas have no polygon, the first is {first}. Correct --within.",
            n=len(areas.empty),
            first=str(areas.empty[0]),
        )
    if not len(areas):
        raise InputError("There are no areas to divide in --within.")
    names = [str(code) for code in areas.codes]
    outlines, is_noded = node_areas(areas)
    if is_noded:
        areas = make_area_set(names, outlines)
        outlines = areas.geometries
    covering = AreaIndex(areas).find_covering(addresses.lon, addresses.lat)
    transformer = find_measure_transformer(areas.meridian_deg)
    lon, lat, area, moved = _take_in(covering.area, outlines, addresses, transformer)
    outside = np.flatnonzero(area == NO_AREA)
    if len(area) and len(outside) > _WRONG_DATUM_SHARE * len(area):
        raise InputError(
            "{n} of {all} addresses lie in none of the areas: check the datum of both files (--datum, --within-datum), "
            "and that they are of the same county.",
            n=len(outside),
            all=len(area),
        )
    rings, ring_part, part_area = _list_rings(outlines)
    places, ring_of_place = shapely.get_coordinates(rings, return_index=True)
    unique, vertex = np.unique(places[:, 0] + 1j * places[:, 1], return_inverse=True)
    lonlat = np.stack([unique.real, unique.imag], axis=1)
    xy = round_to_lattice(np.stack(transformer.transform(lonlat[:, 0], lonlat[:, 1]), axis=1))
    site_xy = np.stack(transformer.transform(lon, lat), axis=1)
    order = np.argsort(area, kind="stable")
    bounds = np.searchsorted(area[order], np.arange(len(names) + 1))
    rows = [order[bounds[i] : bounds[i + 1]] for i in range(len(names))]
    segments = _list_segments(barriers, transformer)
    tree = shapely.STRtree(make_lines(segments.reshape(-1, 2, 2))) if len(segments) else None
    former, left_out = group_previous(previous, names, outlines, transformer)
    parts = _list_parts(vertex, ring_of_place, ring_part, part_area, len(names))
    if targets is not None:
        by_code = dict(zip((str(code) for code in codes), targets.tolist(), strict=True))
    tasks, hamlets = [], []
    for i, name in enumerate(names):
        own = rows[i]
        ids = np.unique(np.concatenate([ring for part in parts[i] for ring in part]))
        hamlet_names, hamlet = _number_hamlets(addresses.hamlet, own)
        hamlets.append(hamlet_names)
        tasks.append(
            AreaTask(
                code=name,
                options=options if targets is None else _replace_target(options, by_code[name]),
                vertex_ids=ids,
                vertex_xy=xy[ids],
                parts=[[np.searchsorted(ids, ring) for ring in part] for part in parts[i]],
                xy=site_xy[own],
                weight=addresses.households[own],
                hamlet=hamlet,
                barriers=_list_near(segments, tree, xy[ids], options.dangle_m),
                previous=former[i],
                vertex_lonlat=lonlat[ids] if former[i] else np.empty((0, 2)),
            )
        )
    return CountyTasks(
        tasks, names, outlines, lonlat, xy, rows, lon, lat, hamlets, areas.meridian_deg, outside, moved, is_noded,
        covering.is_shared, list(areas.repaired), left_out,
    )  # fmt: skip


def _check_codes(codes: Sequence[str]) -> None:
    seen: set[str] = set()
    faults = []
    for row, code in enumerate(codes, 1):
        if not (code.isascii() and code.isdigit() and len(code) == 12):
            faults.append(f"row {row}: {code!r} is not 12 digits")
        elif code in seen:
            faults.append(f"row {row}: {code} occurs twice")
        seen.add(code)
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise InputError(
            "--within: {faults}. Grid codes are the 12 digits of the area and 3 more: name the right column with "
            "--code-column.",
            faults=Technical("; ".join(faults[:5]) + more),
        )


def _replace_target(options: DivideOptions, target: int) -> DivideOptions:
    return replace(options, target=target)


def _take_in(
    found: np.ndarray[tuple[int], np.dtype[np.int32]], outlines: Shapes, addresses: Addresses, transformer: Transformer
) -> tuple[Floats, Floats, Ints, Ints]:
    """Move addresses that lie close outside of all areas to the nearest outline."""
    lon, lat, area = addresses.lon.copy(), addresses.lat.copy(), found.astype(np.int64)
    lost = np.flatnonzero((area == NO_AREA) & np.isfinite(lon) & np.isfinite(lat))
    if not len(lost):
        return lon, lat, area, np.empty(0, dtype=np.int64)
    points = make_points(np.stack([lon[lost], lat[lost]], axis=1))
    at, near = shapely.STRtree(outlines).query(points, predicate="dwithin", distance=_NEAR_DEG)
    if not len(at):
        return lon, lat, area, np.empty(0, dtype=np.int64)
    ways = shapely.get_coordinates(shapely.shortest_line(points[at], outlines[near])).reshape(-1, 2, 2)
    x, y = transformer.transform(ways[:, :, 0], ways[:, :, 1])
    away_m = np.hypot(x[:, 0] - x[:, 1], y[:, 0] - y[:, 1])
    order = np.lexsort((near, away_m, at))
    first = order[np.unique(at[order], return_index=True)[1]]
    first = first[away_m[first] <= NEAR_M]
    rows = lost[at[first]]
    lon[rows], lat[rows] = ways[first, 1, 0], ways[first, 1, 1]
    area[rows] = near[first]
    return lon, lat, area, rows


def _list_rings(outlines: Shapes) -> tuple[Shapes, Ints, Ints]:
    """List all rings, the part of each, and the area of each part."""
    parts, part_area = shapely.get_parts(outlines, return_index=True)
    rings, ring_part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    return rings, ring_part, part_area


def _list_parts(
    vertex: Ints, ring_of_place: Ints, ring_part: Ints, part_area: Ints, count: int
) -> list[list[list[Ints]]]:
    starts = np.searchsorted(ring_of_place, np.arange(len(ring_part) + 1))
    parts: list[list[Ints]] = [[] for _ in part_area]
    for ring, part in enumerate(ring_part.tolist()):
        numbers = vertex[starts[ring] : starts[ring + 1] - 1]
        parts[part].append(numbers[numbers != np.roll(numbers, 1)])
    areas: list[list[list[Ints]]] = [[] for _ in range(count)]
    for part, area in enumerate(part_area.tolist()):
        areas[area].append(parts[part])
    return areas


def _list_segments(barriers: Shapes | None, transformer: Transformer) -> Floats:
    """List the straight segments of lines in m, each once and its lower end first, whatever way it was drawn."""
    if barriers is None or not len(barriers):
        return np.empty((0, 4))
    lines = shapely.get_parts(barriers)
    places, line = shapely.get_coordinates(lines, return_index=True)
    xy = round_to_lattice(np.stack(transformer.transform(places[:, 0], places[:, 1]), axis=1))
    inside = line[1:] == line[:-1]
    start, end = xy[:-1][inside], xy[1:][inside]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start, end = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    segments = np.unique(np.concatenate([start, end], axis=1), axis=0)
    return np.asarray(segments[(segments[:, :2] != segments[:, 2:]).any(axis=1)])


def _list_near(segments: Floats, tree: shapely.STRtree | None, outline: Floats, dangle_m: float) -> Floats:
    if tree is None:
        return segments
    west, south = outline.min(axis=0) - dangle_m
    east, north = outline.max(axis=0) + dangle_m
    return np.asarray(segments[np.sort(tree.query(shapely.box(west, south, east, north)))])


def _number_hamlets(names: Sequence[str] | None, rows: Ints) -> tuple[list[str], Ints]:
    if names is None:
        return [], np.full(len(rows), -1, dtype=np.int64)
    own = np.array([names[row] for row in rows.tolist()], dtype=object)
    known = sorted({str(name) for name in own if name})
    number = {name: i for i, name in enumerate(known)}
    return known, np.array([number[name] if name else -1 for name in own], dtype=np.int64)
