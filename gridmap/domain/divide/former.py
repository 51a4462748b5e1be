"""The former grids on today's area: which land each still has, and which of today's addresses lived in it."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon, unite
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import Floats, Ints, Shapes, make_keys, make_lines, make_points, round_to_lattice
from gridmap.domain.divide.task import AreaTask

_ON_OUTLINE_DEG = 1e-8
_AT_VERTEX_DEG = 1e-10
"""A hundredth of a millimetre: as near as this to a vertex of the outline, a former vertex is that one."""
_FAR = 1 << 30


@dataclass(frozen=True, eq=False)
class Former:
    """The former plan, fitted to the area of today."""

    pieces: list[Piece]
    grid: list[int]
    """For each piece its former grid, -1 for land that had none."""
    grid_of_site: Ints
    """The former grid of each site, -1 where there was none."""
    lonlat: dict[tuple[int, int], tuple[float, float]]
    """The degrees of former vertices, by lattice key: what stays keeps its bytes."""


def fit_former(nodes: Nodes, parts: list[Piece], task: AreaTask, xy: Floats) -> Former:
    """Fit the former grids to the parts of an area.

    Where the area is the same, so are the grids. Land that is new goes to the neighbour with the longest border;
    where a grid has fallen apart, the part with the most addresses remains.
    """
    nodes.forget_unused(np.empty(0, dtype=np.int64))
    shapes, lonlat = _snap_to_outline(nodes, task)
    pieces: list[Piece] = []
    grids: list[int] = []
    grid_of_site = np.full(len(xy), -1, dtype=np.int64)
    points = make_points(xy)
    at, grid = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=0.001)
    known = np.full(len(xy), _FAR)
    np.minimum.at(known, at, grid)
    grid_of_site[known < _FAR] = known[known < _FAR]
    lies_in = set(zip(at.tolist(), grid.tolist(), strict=True))
    part_of_site = _locate(points, np.array([make_polygon(nodes, part) for part in parts], dtype=object))
    for number, given in enumerate(parts):
        sites = np.flatnonzero(part_of_site == number)
        # With the former nodes in it: else its edges and the former ones would cross one another by a hair.
        part = Piece(nodes.complete(given.shell), tuple(nodes.complete(hole) for hole in given.holes), given.sites)
        whole = make_polygon(nodes, part)
        lines = shapely.boundary(shapes[shapely.intersects(shapes, whole)])
        faces = cut_faces(whole, lines)
        face_of_site = _locate(points[sites], faces)
        label = _label(faces, shapes, np.bincount(face_of_site, minlength=len(faces)))
        adopter = Adopter(nodes, part)
        for wanted in np.unique(label).tolist():
            own = np.flatnonzero(label == wanted)
            inside = sites[np.isin(face_of_site, own)]
            pieces.append(adopter.adopt(unite(faces[own]), inside))
            # On a border it is the grid whose piece took it.
            grid_of_site[[site for site in inside.tolist() if (site, wanted) in lies_in]] = wanted
            grids.append(int(wanted) if wanted < _FAR else -1)
    return Former([take_spikes_off(nodes, piece) for piece in pieces], grids, grid_of_site, lonlat)


def take_spikes_off(nodes: Nodes, piece: Piece) -> Piece:
    """Take spikes off a piece, that is ways to a vertex and back.

    A former border that leaves the outline at a very narrow angle has two nodes on it: where it began, and where it is
    farther away than a step of the lattice. From the first to the second it runs along the outline and back.
    """
    holes = tuple(_shorten(nodes, hole) for hole in piece.holes)
    return Piece(_shorten(nodes, piece.shell), holes, piece.sites)


def _shorten(nodes: Nodes, ring: Ints) -> Ints:
    whole = nodes.complete(ring)
    if not len(spikes := _list_spikes(whole)):
        return ring
    while len(spikes) and len(whole) > 4:
        whole = np.delete(whole, [spikes[0], (spikes[0] + 1) % len(whole)])
        spikes = _list_spikes(whole)
    return whole


def _list_spikes(ring: Ints) -> Ints:
    """List the places in a ring from which it goes back to where it came from."""
    return np.flatnonzero(np.roll(ring, 1) == np.roll(ring, -1))


def name_nodes(
    nodes: Nodes, known: dict[tuple[int, int], tuple[float, float]], keys: Ints
) -> dict[int, tuple[float, float]]:
    """Find the degrees of the vertices that the former plan had."""
    return {i: known[x, y] for i, (x, y) in enumerate(keys.tolist()) if (x, y) in known and i >= nodes.given}


def _locate(points: Shapes, faces: Shapes) -> Ints:
    return (
        np.asarray(shapely.STRtree(faces).nearest(points), dtype=np.int64)
        if len(faces) > 1
        else np.zeros(len(points), np.int64)
    )


def _snap_to_outline(nodes: Nodes, task: AreaTask) -> tuple[Shapes, dict[tuple[int, int], tuple[float, float]]]:
    """Put the former vertices that lie on the outline in degrees on it in the plane as well.

    A straight edge in degrees is not quite straight in the plane: a kilometre bends by a centimetre.
    """
    outline = _Outline(task)
    known: dict[tuple[int, int], tuple[float, float]] = {}

    def fit(shape: shapely.Geometry, lonlat: shapely.Geometry) -> shapely.Geometry:
        places = shapely.get_coordinates(lonlat)
        xy = round_to_lattice(shapely.get_coordinates(shape))
        at, vertex = outline.find_vertices(places)
        xy[at] = task.vertex_xy[vertex]
        on, start, end, share = outline.find_edges(places, at)
        p, q = task.vertex_xy[start], task.vertex_xy[end]
        xy[on] = round_to_lattice(p + share[:, None] * (q - p))
        for x, y in xy.tolist():
            nodes.add(x, y)
        for (x, y), a, b in zip(xy[on].tolist(), start.tolist(), end.tolist(), strict=True):
            nodes.add(x, y, on=nodes.find_root(a, b))
        for key, place in zip(make_keys(xy).tolist(), places.tolist(), strict=True):
            known[key[0], key[1]] = (place[0], place[1])
        return shapely.set_coordinates(shape, xy)

    shapes = [fit(grid.plane, grid.lonlat) for grid in task.previous]
    return np.array(shapes, dtype=object), known


class _Outline:
    """Where former vertices lie on the outline: each at one vertex, or on one edge, however short the edges are."""

    def __init__(self, task: AreaTask) -> None:
        ring = np.concatenate([ring for part in task.parts for ring in part])
        after = np.concatenate([np.roll(ring, -1) for part in task.parts for ring in part])
        # The same way on both sides of a border, so that both compute the same.
        self._start, self._end = np.minimum(ring, after), np.maximum(ring, after)
        self._degrees = task.vertex_lonlat
        ends = np.stack([self._degrees[self._start], self._degrees[self._end]], axis=1)
        self._tree = shapely.STRtree(make_lines(ends))
        self._vertices = cKDTree(self._degrees)

    def find_vertices(self, places: Floats) -> tuple[Ints, Ints]:
        """Find which places are vertices, and which ones."""
        away, vertex = self._vertices.query(places, distance_upper_bound=_AT_VERTEX_DEG)
        at = np.flatnonzero(np.isfinite(away))
        return at, np.asarray(vertex, dtype=np.int64)[at]

    def find_edges(self, places: Floats, besides: Ints) -> tuple[Ints, Ints, Ints, Floats]:
        """Find which of the other places lie on an edge: the ends of the nearest, and how far along it.

        A place beside a vertex is near to two edges, but on one: put on both it would be drawn across the corner.
        """
        points = make_points(places)
        at, edge = self._tree.query(points, predicate="dwithin", distance=_ON_OUTLINE_DEG)
        other = ~np.isin(at, besides)
        at, edge = at[other], edge[other]
        away = shapely.distance(points[at], self._tree.geometries[edge])
        order = np.lexsort((self._end[edge], self._start[edge], away, at))
        at, first = np.unique(at[order], return_index=True)
        edge = edge[order][first]
        start, end = self._start[edge], self._end[edge]
        way = self._degrees[end] - self._degrees[start]
        share = ((places[at] - self._degrees[start]) * way).sum(axis=1) / (way**2).sum(axis=1)
        return at, start, end, np.asarray(np.clip(share, 0.0, 1.0))


def _label(faces: Shapes, shapes: Shapes, addresses: Ints) -> Ints:
    """Find the former grid of each face so that every grid hangs together; `_FAR` and up where there is none."""
    inside = shapely.point_on_surface(faces)
    label = np.full(len(faces), -1, dtype=np.int64)
    at, grid = shapely.STRtree(shapes).query(inside, predicate="intersects")
    for face, number in sorted(zip(at.tolist(), grid.tolist(), strict=True), reverse=True):
        label[face] = number
    left, right, length = list_shared_edges(faces)
    border = [dict[int, float]() for _ in faces]
    for a, b, metres in zip(left.tolist(), right.tolist(), length.tolist(), strict=True):
        border[a][b] = border[a].get(b, 0.0) + metres
        border[b][a] = border[b].get(a, 0.0) + metres
    loose = set(np.flatnonzero(label < 0).tolist())
    for number in np.unique(label[label >= 0]).tolist():
        found = list_parts(set(np.flatnonzero(label == number).tolist()), border)
        main = max(found, key=lambda part: (addresses[part].sum(), shapely.area(faces[part]).sum(), -min(part)))
        loose |= {face for part in found if part is not main for face in part}
    size = shapely.area(faces)
    while loose:
        ways = [
            (metres, -face, other) for face in loose for other, metres in border[face].items() if other not in loose
        ]
        if not ways:
            # A part of the area that no former grid reached.
            number = _FAR
            for part in list_parts(loose, border):
                label[part] = number
                number += 1
            break
        _, face, other = max(ways, key=lambda way: (way[0], way[1], size[way[2]], -way[2]))
        label[-face] = label[other]
        loose.discard(-face)
    return label


def list_parts(faces: set[int], border: list[dict[int, float]]) -> list[list[int]]:
    """List which faces hang together, by the border that each has with others."""
    waiting, parts = set(faces), []
    while waiting:
        part = [min(waiting)]
        waiting.discard(part[0])
        for face in part:
            near = sorted(waiting & border[face].keys())
            waiting.difference_update(near)
            part += near
        parts.append(part)
    return parts
