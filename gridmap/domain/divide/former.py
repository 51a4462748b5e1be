"""The former grids on today's area: which land each still has, and which of today's addresses lived in it."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon, unite
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import Floats, Ints, Shapes, make_keys, make_points, round_to_lattice
from gridmap.domain.divide.task import AreaTask

_ON_OUTLINE_DEG = 1e-8
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
    return Former(pieces, grids, grid_of_site, lonlat)


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
    ring = np.concatenate([ring for part in task.parts for ring in part])
    after = np.concatenate([np.roll(ring, -1) for part in task.parts for ring in part])
    # The same way on both sides of a border, so that both compute the same.
    start, end = np.minimum(ring, after), np.maximum(ring, after)
    degrees = task.vertex_lonlat
    edges = np.asarray(shapely.linestrings(np.stack([degrees[start], degrees[end]], axis=1)), dtype=object)
    tree = shapely.STRtree(edges)
    known: dict[tuple[int, int], tuple[float, float]] = {}

    def fit(shape: shapely.Geometry, lonlat: shapely.Geometry) -> shapely.Geometry:
        places = shapely.get_coordinates(lonlat)
        xy = round_to_lattice(shapely.get_coordinates(shape))
        at, edge = tree.query(make_points(places), predicate="dwithin", distance=_ON_OUTLINE_DEG)
        a, b = degrees[start[edge]], degrees[end[edge]]
        way = b - a
        share = ((places[at] - a) * way).sum(axis=1) / (way**2).sum(axis=1)
        p, q = task.vertex_xy[start[edge]], task.vertex_xy[end[edge]]
        xy[at] = round_to_lattice(p + np.clip(share, 0, 1)[:, None] * (q - p))
        for x, y in xy.tolist():
            nodes.add(x, y)
        for (x, y), number in zip(xy[at].tolist(), edge.tolist(), strict=True):
            nodes.add(x, y, on=nodes.find_root(int(start[number]), int(end[number])))
        for key, place in zip(make_keys(xy).tolist(), places.tolist(), strict=True):
            known[key[0], key[1]] = (place[0], place[1])
        return shapely.set_coordinates(shape, xy)

    shapes = [fit(grid.plane, grid.lonlat) for grid in task.previous]
    return np.array(shapes, dtype=object), known


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
        found = _list_parts(set(np.flatnonzero(label == number).tolist()), border)
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
            for part in _list_parts(loose, border):
                label[part] = number
                number += 1
            break
        _, face, other = max(ways, key=lambda way: (way[0], way[1], size[way[2]], -way[2]))
        label[-face] = label[other]
        loose.discard(-face)
    return label


def _list_parts(faces: set[int], border: list[dict[int, float]]) -> list[list[int]]:
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
