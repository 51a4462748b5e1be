"""The ground of a piece as faces round its addresses, and who touches whom: for cuts that no straight line makes."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.spatial import Voronoi, cKDTree

from gridmap.domain.divide.faces import cut_faces, list_shared_edges
from gridmap.domain.divide.piece import Load
from gridmap.domain.divide.plane import Floats, Ints, Shapes, make_lines, make_points


@dataclass(frozen=True, eq=False)
class Mesh:
    """Faces that tile a polygon without gap, grouped into *blocks* that stay together."""

    faces: Shapes
    block: Ints
    """The block of each face, numbered from 0."""
    weight: Ints
    """Households by block."""
    centre: Floats
    """A middle by block, shape (n, 2), m."""
    border: csr_array
    """Shared border between blocks in m, symmetric."""
    site_block: Ints
    """The block of each site."""


def make_mesh(whole: shapely.Polygon, load: Load, sites: Ints) -> Mesh:
    """Cut a polygon into the faces that are nearest to each site; those of a whole hamlet are one block.

    The faces follow the polygon: on the two sides of a bay there are two faces although one site is the nearest to
    both. So blocks that touch are blocks between which one can walk, which nearness alone does not tell.
    """
    xy = load.xy[sites]
    atoms = load.atom[sites]
    faces = cut_faces(whole, _list_ridges(xy, atoms, whole), are_noded=True)
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    nearest = np.asarray(cKDTree(xy).query(inside)[1], dtype=np.int64)
    home = _find_homes(faces, nearest, xy)
    block = np.arange(len(faces))
    for number in np.unique(atoms[atoms >= 0]):
        own = np.unique(home[atoms == number])
        block[np.isin(block, block[own])] = block[own].min()
    block = np.unique(block, return_inverse=True)[1].astype(np.int64)
    count = int(block.max()) + 1
    weight = np.bincount(block[home], load.weight[sites], count).astype(np.int64)
    area = shapely.area(faces)
    middle = shapely.get_coordinates(shapely.centroid(faces))
    size = np.maximum(np.bincount(block, area, count), 1e-12)
    centre = np.stack([np.bincount(block, area * middle[:, axis], count) / size for axis in (0, 1)], axis=1)
    left, right, length = list_shared_edges(faces)
    i, j = block[left], block[right]
    other = i != j
    i, j, length = i[other], j[other], length[other]
    border = csr_array(
        coo_array((np.concatenate([length, length]), (np.concatenate([i, j]), np.concatenate([j, i]))), (count, count))
    )
    return Mesh(faces, block, weight, centre, border, block[home])


def _list_ridges(xy: Floats, atoms: Ints, whole: shapely.Polygon) -> Shapes:
    """List the lines between neighbouring sites, but those of one hamlet, that run through a polygon."""
    if len(xy) < 2:
        return np.empty(0, dtype=object)
    west, south, east, north = whole.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    reach = 4 * max(east - west, north - south, float(np.ptp(xy, axis=0).max()), 1.0)
    # Far sites make every ridge that matters finite, and collinear sites a diagram.
    turn = np.arange(8) * np.pi / 4 + 0.1
    far = reach * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    diagram = Voronoi(np.concatenate([xy - middle, far]))
    ends = np.array(diagram.ridge_vertices)
    left, right = diagram.ridge_points.T
    own = np.concatenate([atoms, np.full(len(far), -1)])
    apart = (own[left] < 0) | (own[left] != own[right])
    real = apart & (diagram.ridge_points < len(xy)).all(axis=1) & (ends >= 0).all(axis=1)
    vertices = diagram.vertices[ends[real]] + middle
    lines = make_lines(vertices)
    room = max(1.0, 0.01 * (east - west + north - south))
    lines = shapely.clip_by_rect(lines, west - room, south - room, east + room, north + room)
    lines = lines[~shapely.is_empty(lines)]
    shapely.prepare(whole)
    return np.asarray(lines[shapely.intersects(whole, lines)])


def _find_homes(faces: Shapes, nearest: Ints, xy: Floats) -> Ints:
    """Find the face of each site: of those that it is the nearest to, the one that it lies in or is closest to."""
    points = make_points(xy)
    away = shapely.distance(faces, points[nearest])
    home = np.full(len(xy), -1, dtype=np.int64)
    for face in np.lexsort((np.arange(len(faces)), away))[::-1]:
        home[nearest[face]] = face
    lost = np.flatnonzero(home < 0)
    if len(lost):
        home[lost] = shapely.STRtree(faces).nearest(points[lost])
    return home
