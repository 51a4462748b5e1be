"""Draw some grids anew together, each household in the grid that it is wanted in."""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.domain.divide.faces import Adopter, cut_faces, list_shared_edges, make_polygon, unite
from gridmap.domain.divide.mesh import make_mesh
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Bools, Floats, Ints, Shapes, make_points
from gridmap.domain.divide.sites import Sites
from gridmap.domain.divide.taut import find_border, pull_taut


def redraw(
    nodes: Nodes, changed: list[Piece], sites: Sites, label: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> list[tuple[str, Piece]]:
    """Draw some grids together; a code that comes twice did not hang together."""
    every = np.array([make_polygon(nodes, piece) for piece in changed], dtype=object)
    found: list[tuple[str, Piece]] = []
    for own in _list_touching(every):
        ground = np.sort(np.concatenate([changed[i].sites for i in own]))
        whole = Adopter(nodes, changed[own[0]]).adopt(unite(every[own]), ground)
        codes, number = np.unique(label[ground].astype(str), return_inverse=True)
        if len(codes) < 2:
            found += [(str(code), whole) for code in codes]
            continue
        load = Load(sites.xy, sites.weight, np.full(len(sites), -1))
        polygon = make_polygon(nodes, whole)
        mesh = make_mesh(polygon, load, ground)
        face_label = _label_faces(mesh.faces, mesh.site_block, number, sites.xy[ground])
        shapes: list[shapely.Polygon] = []
        owner: list[int] = []
        for i in range(len(codes)):
            parts = shapely.get_parts(shapely.coverage_union_all(mesh.faces[face_label == i]))
            parts = parts[shapely.area(parts) > 0]
            shapes += list(parts)
            owner += [i] * len(parts)
        home = _find_homes(np.array(shapes, dtype=object), np.array(owner), sites.xy[ground], number)
        if len(shapes) == len(codes):
            _straighten(shapes, sites.xy[ground], home)
        adopter = Adopter(nodes, whole)
        found += [
            (str(codes[owner[i]]), adopter.adopt(shape, ground[home == i])) for i, shape in enumerate(shapes)
        ]  # fmt: skip
    return found


def _list_touching(shapes: Shapes) -> list[Ints]:
    """List the sets of polygons that hang together along edges."""
    group = np.arange(len(shapes))
    left, right, _ = list_shared_edges(shapes)
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        group[group == group[b]] = group[a]
    return [np.flatnonzero(group == number) for number in np.unique(group)]


def _label_faces(faces: Shapes, home: Ints, number: Ints, xy: Floats) -> Ints:
    """Find the label of each face: that of the site in it; land that is shut off from its site goes to a neighbour."""
    nearest = cKDTree(xy).query(shapely.get_coordinates(shapely.point_on_surface(faces)))[1]
    label = number[nearest].astype(np.int64)
    label[home] = number
    left, right, length = list_shared_edges(faces)
    near: list[dict[int, float]] = [{} for _ in range(len(faces))]
    for a, b, metres in zip(left.tolist(), right.tolist(), length.tolist(), strict=True):
        near[a][b] = near[a].get(b, 0.0) + metres
        near[b][a] = near[b].get(a, 0.0) + metres
    lived_in = set(home.tolist())
    waiting = set(range(len(faces)))
    loose: set[int] = set()
    while waiting:
        part = [waiting.pop()]
        for face in part:
            same = {other for other in near[face] if other in waiting and label[other] == label[face]}
            waiting -= same
            part += sorted(same)
        if lived_in.isdisjoint(part):
            loose.update(part)
    while loose:
        ways = [(metres, -face, -other) for face in loose for other, metres in near[face].items() if other not in loose]
        if not ways:
            break
        _, face, other = max(ways)
        label[-face] = label[-other]
        loose.discard(-face)
    return label


def _find_homes(shapes: Shapes, owner: Ints, xy: Floats, number: Ints) -> Ints:
    """Find the polygon of each site, among those of its label."""
    home = np.empty(len(xy), dtype=np.int64)
    points = make_points(xy)
    for label in np.unique(number).tolist():
        own, rows = np.flatnonzero(owner == label), np.flatnonzero(number == label)
        home[rows] = own[shapely.STRtree(shapes[own]).nearest(points[rows])] if len(own) > 1 else own[0]
    return home


def _straighten(shapes: list[shapely.Polygon], xy: Floats, home: Ints) -> None:
    """Pull the borders of each pair of neighbours taut, in place."""
    for a in range(len(shapes)):
        for b in range(a + 1, len(shapes)):
            lines = find_border(shapes[a], shapes[b])
            if not len(lines):
                continue
            whole = shapely.coverage_union_all([shapes[a], shapes[b]])
            if not isinstance(whole, shapely.Polygon):
                continue
            rows = np.flatnonzero((home == a) | (home == b))
            sides = _part(whole, lines, xy[rows], home[rows] == a)
            if sides is not None:
                shapes[a], shapes[b] = sides


def _part(
    whole: shapely.Polygon, lines: Shapes, xy: Floats, on_left: Bools
) -> tuple[shapely.Polygon, shapely.Polygon] | None:
    taut = np.array([pull_taut(line, whole, xy) for line in lines], dtype=object)
    faces = cut_faces(whole, taut)
    if len(faces) != 2:
        return None
    at_first = shapely.distance(faces[0], shapely.points(xy)) <= shapely.distance(faces[1], shapely.points(xy))
    if np.count_nonzero(at_first == on_left) < len(xy) / 2:
        faces, at_first = faces[::-1], ~at_first
    return (faces[0], faces[1]) if (at_first == on_left).all() else None
