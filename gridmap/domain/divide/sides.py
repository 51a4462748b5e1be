"""Part former grids at barriers that have come to bind: the side with the most households keeps code and land."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.count import find_kept_count
from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon
from gridmap.domain.divide.former import list_parts
from gridmap.domain.divide.grids import Grids
from gridmap.domain.divide.numbering import make_code
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import Bools, Floats, Ints, Shapes, make_points
from gridmap.domain.divide.recount import Fresh
from gridmap.domain.divide.task import AreaTask
from gridmap.domain.divide.taut import find_border

_BEYOND_M = 0.01
"""A barrier is led on by so much at its ends: the border of a former grid runs a hair beside the outline."""
_SLIVER_M = 0.1
_OWN_SHARE = 0.5
"""A side of at least so many targets may become a grid of its own where its region wants one more."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """What lies between barriers."""

    shapes: Shapes
    of_site: Ints
    is_binding: Bools
    """By block: whether it has so many households that no grid may reach from it into another such block."""

    @property
    def is_site_binding(self) -> Bools:
        """Whether each site lies in a block that binds."""
        return np.asarray(self.is_binding[self.of_site])


def part_at_barriers(grids: Grids, blocks: Blocks, task: AreaTask, last: int, find_fresh: Fresh) -> int:
    """Part every grid that has households of several binding blocks; locked ones stay.

    Of each the side with the most households stays, with what it reaches without crossing: no fewer can change grid.
    Another side goes to the neighbour with the fewest households in its region. It becomes a grid of its own where
    there is none, or where the region wants one more grid and the side is at least half of the target.

    Parameters
    ----------
    last
        The last grid number of the area that was ever used.

    Returns
    -------
    The last grid number by now.
    """
    crossing = [
        number
        for number, piece in enumerate(grids.pieces)
        if grids.codes[number] not in grids.locked and len(_list_binding(blocks, piece.sites)) > 1
    ]
    sides: list[str] = []
    for number in crossing:
        for piece in _part(grids, number, blocks):
            # A code that no grid can have, until it is known what becomes of it.
            sides.append(f"{grids.codes[number]}/{len(sides)}")
            grids.pieces.append(piece)
            grids.codes.append(sides[-1])
    weight = dict(zip(grids.codes, grids.list_households().tolist(), strict=True))
    for code in sorted(sides, key=lambda code: (-weight[code], code)):
        if not _join(grids, grids.codes.index(code), set(sides), blocks, task, find_fresh):
            last += 1
            grids.codes[grids.codes.index(code)] = make_code(task.code, last)
    return last


def _list_binding(blocks: Blocks, sites: Ints) -> Ints:
    of = np.unique(blocks.of_site[sites])
    return np.asarray(of[blocks.is_binding[of]])


def _join(grids: Grids, side: int, sides: set[str], blocks: Blocks, task: AreaTask, find_fresh: Fresh) -> bool:
    """Join a side to a neighbour that has no other binding block; False if it is to be a grid of its own."""
    households = grids.list_households()
    binding = set(_list_binding(blocks, grids.pieces[side].sites).tolist())
    near: list[tuple[int, float, str, int]] = []
    for (a, b), metres in grids.list_borders().items():
        if side not in (a, b):
            continue
        other = b if a == side else a
        code = grids.codes[other]
        crossed = binding | set(_list_binding(blocks, grids.pieces[other].sites).tolist())
        if code not in sides and code not in grids.locked and len(crossed) <= 1:
            near.append((int(households[other]), -metres, code, other))
    region = grids.find_region(side)
    own = [number for number in grids.list_of_region(region) if grids.codes[number] not in sides]
    total = int(households[own].sum() + households[side])
    if (
        binding
        and len(own) < find_kept_count(total, task.options.target, len(own))
        and len(own) < len(find_fresh().households[region])
        and households[side] >= _OWN_SHARE * task.options.target
    ):
        return False
    for *_, other in sorted(near):
        whole = grids.unite(other, side)
        if whole is not None:
            grids.pieces[other] = whole
            del grids.pieces[side], grids.codes[side]
            return True
    return False


def _part(grids: Grids, number: int, blocks: Blocks) -> list[Piece]:
    """Part a grid in place; return the sides that leave it."""
    piece = grids.complete(grids.pieces[number])
    whole = make_polygon(grids.nodes, piece)
    near = np.flatnonzero(shapely.intersects(blocks.shapes, whole))
    faces = cut_faces(whole, _list_lines(blocks.shapes[near]))
    inside = shapely.point_on_surface(faces)
    block = near[np.asarray(shapely.STRtree(blocks.shapes[near]).nearest(inside), dtype=np.int64)]
    face_of_site = _place(grids.load.xy[piece.sites], blocks.of_site[piece.sites], faces, block)
    people = np.bincount(face_of_site, grids.load.weight[piece.sites] + 1e-6, len(faces)).astype(np.float64)
    group = _group(faces, block, people, blocks.is_binding)
    count = int(group.max()) + 1
    united = np.array([shapely.coverage_union_all(faces[group == i]) for i in range(count)], dtype=object)
    lines = [line for a in range(count) for b in range(a + 1, count) for line in find_border(united[a], united[b])]
    # Cut anew along what parts the sides only: else a grid would have a vertex wherever another barrier met it.
    shapes = cut_faces(whole, np.array(lines, dtype=object))
    if len(shapes) == count:
        at = np.asarray(shapely.STRtree(shapes).nearest(shapely.point_on_surface(united)), dtype=np.int64)
        united = shapes[at] if len(np.unique(at)) == count else united
    adopter = Adopter(grids.nodes, piece)
    sides = [adopter.adopt(united[i], piece.sites[group[face_of_site] == i]) for i in range(count)]
    grids.pieces[number] = sides[0]
    return sides[1:]


def _list_lines(shapes: Shapes) -> Shapes:
    """List the barriers between blocks, led on a little at both ends."""
    lines = []
    for a in range(len(shapes)):
        for b in range(a + 1, len(shapes)):
            for line in find_border(shapes[a], shapes[b]):
                places = shapely.get_coordinates(line)
                for end, before in ((0, 1), (-1, -2)):
                    way = places[end] - places[before]
                    places[end] += way * (_BEYOND_M / max(float(np.hypot(*way)), _BEYOND_M))
                lines.append(shapely.LineString(places))
    return np.array(lines, dtype=object)


def _place(xy: Floats, block_of_site: Ints, faces: Shapes, block: Ints) -> Ints:
    """Find the face of each site among those of its block; on a barrier a site is as near to one as to another."""
    found = np.empty(len(xy), dtype=np.int64)
    points = make_points(xy)
    for number in np.unique(block_of_site).tolist():
        rows = np.flatnonzero(block_of_site == number)
        own = np.flatnonzero(block == number)
        own = own if len(own) else np.arange(len(faces))
        found[rows] = own[shapely.STRtree(faces[own]).nearest(points[rows])]
    return found


def _group(faces: Shapes, block: Ints, people: Floats, is_binding: Bools) -> Ints:
    """Group faces into sides that hang together and have one binding block at most; side 0 has the most people."""
    near: list[dict[int, float]] = [{} for _ in faces]
    for a, b, metres in zip(*(array.tolist() for array in list_shared_edges(faces)), strict=True):
        near[a][b] = near[b][a] = near[a].get(b, 0.0) + metres
    block = block.copy()
    thin = (people == 0) & (shapely.area(faces) < _SLIVER_M * shapely.length(faces))
    for face in np.flatnonzero(thin).tolist():
        # What a border leaves that runs along a barrier is no land: it goes with its neighbour.
        ways = [(metres, -other) for other, metres in near[face].items() if not thin[other]]
        if ways:
            block[face] = block[-max(ways)[1]]
    group = np.full(len(faces), -1, dtype=np.int64)
    for number in range(len(faces)):
        waiting = set(np.flatnonzero(group < 0).tolist())
        if not waiting:
            break
        parts = [
            part
            for wanted in sorted({int(block[face]) for face in waiting if is_binding[block[face]]} or {-1})
            for part in list_parts(
                {face for face in waiting if block[face] == wanted or not is_binding[block[face]]}, near
            )
        ]
        best = max(parts, key=lambda part: (people[part].sum(), -min(part)))
        group[best] = number
    return group
