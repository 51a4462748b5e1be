"""Between vertex numbers and polygons: cut a piece along lines, and take polygons back as pieces."""

import numpy as np
import shapely

from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Piece
from gridmap.domain.divide.plane import QUANTUM_M, Floats, Ints, Shapes
from gridmap.errors import GridMapError

_ON_BORDER_M = 1e-5
"""A vertex that noding made is on the border if it is this close; noding moves it by a step of the lattice."""


def make_polygon(nodes: Nodes, piece: Piece) -> shapely.Polygon:
    """Return a piece as a polygon in metres."""
    return shapely.Polygon(nodes.xy[piece.shell], [nodes.xy[hole] for hole in piece.holes])


def cut_faces(whole: shapely.Polygon, lines: Shapes, *, are_noded: bool = False) -> Shapes:
    """Cut a polygon along lines; lines that end inside cut nothing.

    Parameters
    ----------
    are_noded
        The lines meet one another at their ends only, so that those inside need no noding, which takes the most time.

    Returns
    -------
    The faces, all vertices on the lattice, in an order that depends on the geometry only.
    """
    shapely.prepare(whole)
    if are_noded:
        is_inner = shapely.contains_properly(whole, lines)
        faces = _polygonize(whole, lines[~is_inner], shapely.set_precision(lines[is_inner], QUANTUM_M))
        if _is_whole(whole, faces):
            return faces
    faces = _polygonize(whole, lines, np.empty(0, dtype=object))
    if not _is_whole(whole, faces):
        raise NodingError(
            "A part of {area:.0f} m2 at {x:.1f}, {y:.1f} (metres of the measuring zone) can't be cut exactly: look for "
            "lines there that run within a hair of one another.",
            area=whole.area,
            x=whole.centroid.x,
            y=whole.centroid.y,
        )
    return faces


class NodingError(GridMapError, ArithmeticError):
    """Lines that can't be made into faces without loss."""


def _polygonize(whole: shapely.Polygon, lines: Shapes, noded: Shapes) -> Shapes:
    net = shapely.union_all([whole.boundary, *lines], grid_size=QUANTUM_M)
    faces = shapely.get_parts(shapely.polygonize(np.concatenate([shapely.get_parts(net), noded])))
    if len(faces) > 1:
        faces = faces[shapely.contains(whole, shapely.point_on_surface(faces))]
    return sort_faces(shapely.orient_polygons(faces))


def _is_whole(whole: shapely.Polygon, faces: Shapes) -> bool:
    """Tell whether faces have the area of the polygon that they were cut from, but for rounding."""
    return bool(abs(shapely.area(faces).sum() - whole.area) <= whole.length * 10 * QUANTUM_M)


def sort_faces(faces: Shapes) -> Shapes:
    """Sort polygons by their boxes, then by size."""
    bounds = shapely.bounds(faces).reshape(-1, 4)
    return faces[np.lexsort((shapely.area(faces), bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))]


class Adopter:
    """Gives the vertices of polygons that were cut out of a piece their numbers, and their roots on its border."""

    def __init__(self, nodes: Nodes, piece: Piece) -> None:
        """Remember the border of the piece."""
        self._nodes = nodes
        rings = [piece.shell, *piece.holes]
        self._from: Ints = np.concatenate(rings)
        self._own = set(self._from.tolist())
        self._to: Ints = np.concatenate([np.roll(ring, -1) for ring in rings])

    def adopt(self, polygon: shapely.Polygon, sites: Ints) -> Piece:
        """Return a polygon as a piece with these sites."""
        polygon = shapely.orient_polygons(polygon)
        shell = self._number(shapely.get_coordinates(polygon.exterior)[:-1])
        holes = tuple(self._number(shapely.get_coordinates(ring)[:-1]) for ring in polygon.interiors)
        return Piece(shell, holes, sites)

    def _number(self, ring: Floats) -> Ints:
        numbers = np.array([self._find(x, y) for x, y in ring.tolist()], dtype=np.int64)
        # Two vertices within a step of the lattice are one.
        return np.asarray(numbers[numbers != np.roll(numbers, 1)])

    def _find(self, x: float, y: float) -> int:
        nodes = self._nodes
        known = nodes.find(x, y)
        if known is not None:
            if known in self._own:
                return known
            # Known from elsewhere, an attempt that was given up perhaps: it may be new on this border.
            x, y = nodes.xy[known].tolist()
        start, end = nodes.xy[self._from], nodes.xy[self._to]
        along = end - start
        place = np.array([x, y])
        share = np.clip(((place - start) * along).sum(axis=1) / (along**2).sum(axis=1), 0.0, 1.0)
        away = np.hypot(*(start + share[:, None] * along - place).T)
        nearest = int(away.argmin())
        if away[nearest] > _ON_BORDER_M:
            return nodes.add(x, y)
        return nodes.add(x, y, on=nodes.find_root(int(self._from[nearest]), int(self._to[nearest])))


def list_shared_edges(faces: Shapes) -> tuple[Ints, Ints, Floats]:
    """List which faces of a noded coverage touch along an edge, and for how long.

    Returns
    -------
    The two faces of each shared edge and its length in m; a pair occurs once per edge.
    """
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    number = np.unique(np.rint(places / QUANTUM_M).astype(np.int64), axis=0, return_inverse=True)[1].ravel()
    inside = ring[1:] == ring[:-1]
    p, q = number[:-1][inside], number[1:][inside]
    face = face_of_ring[ring[:-1][inside]]
    length = np.hypot(*(places[1:] - places[:-1])[inside].T)
    low, high = np.minimum(p, q), np.maximum(p, q)
    order = np.lexsort((face, high, low))
    low, high, face, length = low[order], high[order], face[order], length[order]
    twin = np.flatnonzero((low[1:] == low[:-1]) & (high[1:] == high[:-1]) & (face[1:] != face[:-1]))
    return face[twin], face[twin + 1], length[twin]


def unite(faces: Shapes) -> shapely.Polygon:
    """Unite faces of a noded coverage that hang together along edges; all vertices stay.

    Raises
    ------
    ValueError
        If they do not hang together.
    """
    whole = shapely.coverage_union_all(faces)
    if not isinstance(whole, shapely.Polygon):
        raise ValueError(f"{len(faces)} faces that should hang together make a {whole.geom_type}.")
    return whole
