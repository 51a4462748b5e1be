"""Regions: the parts of an area that no grid crosses, because a barrier or water lies between them."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon, unite
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import QUANTUM_M, Floats, Ints, Shapes, make_lines, make_points

_LONG_M = 100.0
_ALONG_M = 0.02
"""A barrier this close to an outline runs along it: what lies between is no land, and drawn it would be a needle."""


@dataclass(frozen=True, eq=False)
class Regions:
    """The regions of an area, and the blocks between barriers that they were made of."""

    pieces: list[Piece]
    block_of_site: Ints
    """Block of each site; a block is what lies between barriers, before small ones were joined."""
    block_shapes: Shapes
    joined: int
    """Blocks with too few households that were joined to a neighbour."""

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return len(self.block_shapes)


def make_regions(
    nodes: Nodes, parts: list[Piece], xy: Floats, weight: Ints, barriers: Floats, *, min_side: int, dangle_m: float
) -> Regions:
    """Cut the parts of an area along barriers; blocks of under `min_side` households join a neighbour.

    A block joins the neighbour that it shares the longest border with, the emptiest block first; parts of an area that
    do not touch are never joined. Sites on a barrier belong to the block that sorts first.

    Parameters
    ----------
    parts
        The parts of the area; `sites` of each is not looked at.
    xy, weight
        Of the sites, shape (n, 2) in m and (n,).
    barriers
        Straight segments x1, y1, x2, y2 in m, shape (s, 4).
    dangle_m
        A free end this close to an outline or a barrier is led on to it.
    """
    faces: list[Shapes] = []
    for part in parts:
        whole = make_polygon(nodes, part)
        near = _list_lines(barriers, whole, dangle_m)
        faces.append(cut_faces(whole, near) if len(near) else np.array([whole], dtype=object))
    part_of_face = np.repeat(np.arange(len(parts)), [len(some) for some in faces])
    every = np.concatenate(faces)
    block = _locate(xy, every)
    load = np.bincount(block, weight, len(every)).astype(np.int64)
    group = join_small(load, *_list_borders(every, part_of_face), min_side=min_side)
    pieces = []
    for number in np.unique(group):
        members = np.flatnonzero(group == number)
        sites = np.flatnonzero(group[block] == number)
        part = parts[part_of_face[members[0]]]
        if len(members) == np.count_nonzero(part_of_face == part_of_face[members[0]]):
            pieces.append(Piece(part.shell, part.holes, sites))
            continue
        # Members were joined along shared borders, so that this is one polygon.
        pieces.append(Adopter(nodes, part).adopt(unite(every[members]), sites))
    return Regions(pieces, block, every, len(every) - len(pieces))


def join_small(load: Ints, left: Ints, right: Ints, length: Floats, *, min_side: int) -> Ints:
    """Join blocks of under `min_side` households to the neighbour with the longest shared border, the emptiest first.

    Returns
    -------
    The group of each block: the number of its lowest block.
    """
    group = np.arange(len(load))
    weight = load.copy()
    touching: list[dict[int, float]] = [{} for _ in load]
    for a, b, metres in zip(left.tolist(), right.tolist(), length.tolist(), strict=True):
        touching[a][b] = touching[a].get(b, 0.0) + metres
        touching[b][a] = touching[b].get(a, 0.0) + metres
    waiting = {i for i in range(len(load)) if touching[i]}
    while True:
        small = [(int(weight[i]), i) for i in waiting if weight[i] < min_side and touching[i]]
        if not small:
            return group
        _, least = min(small)
        into = min(touching[least], key=lambda other: (-touching[least][other], other))
        kept, gone = min(least, into), max(least, into)
        weight[kept] += weight[gone]
        group[group == gone] = kept
        for other, metres in touching[gone].items():
            del touching[other][gone]
            if other != kept:
                touching[kept][other] = touching[kept].get(other, 0.0) + metres
                touching[other][kept] = touching[kept][other]
        touching[gone] = {}
        waiting.discard(gone)


def _list_borders(faces: Shapes, part: Ints) -> tuple[Ints, Ints, Floats]:
    left, right, length = list_shared_edges(faces)
    same = part[left] == part[right]
    return left[same], right[same], length[same]


def _locate(xy: Floats, faces: Shapes) -> Ints:
    """Find the face of each place: the one that covers it, else the nearest."""
    if len(faces) == 1:
        return np.zeros(len(xy), dtype=np.int64)
    tree = shapely.STRtree(faces)
    points = make_points(xy)
    found = np.full(len(xy), len(faces), dtype=np.int64)
    at, face = tree.query(points, predicate="intersects")
    np.minimum.at(found, at, face)
    lost = np.flatnonzero(found == len(faces))
    if len(lost):
        found[lost] = tree.nearest(points[lost])
    return found


def _list_lines(barriers: Floats, whole: shapely.Polygon, dangle_m: float) -> Shapes:
    """List the barriers that reach a polygon as lines, free ends led on to what is near."""
    west, south, east, north = whole.bounds
    lowest, highest = np.minimum(barriers[:, :2], barriers[:, 2:]), np.maximum(barriers[:, :2], barriers[:, 2:])
    near = (highest >= [west, south]).all(axis=1) & (lowest <= [east, north]).all(axis=1)
    lines = make_lines(barriers[near].reshape(-1, 2, 2))
    lines = lines[shapely.intersects(lines, whole)]
    if not len(lines):
        return np.empty(0, dtype=object)
    # A straight line of kilometres bends by centimetres between the plane and degrees; in short steps it does not.
    lines = _lay_on(shapely.segmentize(lines, _LONG_M), whole.boundary)
    if dangle_m <= 0:
        return np.asarray(lines)
    return np.concatenate([lines, _lead_on(lines, whole, dangle_m)])


def _lay_on(lines: Shapes, outline: shapely.Geometry) -> Shapes:
    """Lay what runs along an outline on it: vertices move to the nearest place there, and take its vertices in."""
    lines = shapely.snap(lines, outline, _ALONG_M)
    places = shapely.get_coordinates(lines)
    points = make_points(places)
    off = shapely.distance(points, outline)
    near = (off > 0) & (off <= _ALONG_M)
    if near.any():
        # Each shortest line begins on the outline.
        places[near] = shapely.get_coordinates(shapely.shortest_line(outline, points[near]))[::2]
        lines = shapely.set_coordinates(lines, places)
    return np.asarray(lines[shapely.length(lines) > 0])


def _lead_on(lines: Shapes, whole: shapely.Polygon, dangle_m: float) -> Shapes:
    """Make the pieces that lead free ends on, straight ahead, where they then meet something."""
    ends = shapely.get_coordinates(lines)
    index = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))])
    places = np.concatenate([ends[index[:-1]], ends[index[1:] - 1]])
    before = np.concatenate([ends[index[:-1] + 1], ends[index[1:] - 2]])
    key = np.rint(places / QUANTUM_M).astype(np.int64)
    _, number, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    free = np.flatnonzero(count[number.ravel()] == 1)
    free = free[shapely.contains_xy(whole, places[free])]
    if not len(free):
        return np.empty(0, dtype=object)
    way = places[free] - before[free]
    way = way / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    added = make_lines(np.stack([places[free], places[free] + dangle_m * way], axis=1))
    tree = shapely.STRtree(np.concatenate([lines, [whole.boundary]]))
    # Its own end touches the line it leads on; a meeting is whatever else.
    ahead = make_lines(np.stack([places[free] + 0.001 * way, places[free] + dangle_m * way], axis=1))
    meets = np.unique(tree.query(ahead, predicate="intersects")[0])
    return np.asarray(added[meets])
