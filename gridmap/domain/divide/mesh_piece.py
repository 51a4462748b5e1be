"""Crooked cuts of a piece: along the faces between its addresses, pulled taut."""

from collections.abc import Iterator

import numpy as np
import shapely

from gridmap.domain.divide.faces import Adopter, cut_faces, make_polygon
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.mesh_cut import MeshCut, list_mesh_cuts
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Cut, Load, Piece
from gridmap.domain.divide.plane import Bools, Floats
from gridmap.domain.divide.taut import find_border, pull_taut

Sides = tuple[shapely.Polygon, shapely.Polygon]


def list_crooked(nodes: Nodes, piece: Piece, load: Load, count: int, *, most: int = 2) -> Iterator[Cut]:
    """List cuts whose two sides are connected whatever the shape of the piece, the best first; at most so many."""
    whole = make_polygon(nodes, piece)
    mesh = make_mesh(whole, load, piece.sites)
    adopter = Adopter(nodes, piece)
    made = 0
    for found in list_mesh_cuts(mesh, count):
        sides = _draw(mesh, found)
        if sides is None:
            continue
        on_left = found.left[mesh.site_block]
        left, right = straighten(whole, sides, load.xy[piece.sites], on_left)
        yield Cut(
            adopter.adopt(left, piece.sites[on_left]),
            adopter.adopt(right, piece.sites[~on_left]),
            found.left_count,
            count - found.left_count,
        )
        made += 1
        if made == most:
            return


def _draw(mesh: Mesh, cut: MeshCut) -> Sides | None:
    on_left = cut.left[mesh.block]
    left = shapely.coverage_union_all(mesh.faces[on_left])
    right = shapely.coverage_union_all(mesh.faces[~on_left])
    if isinstance(left, shapely.Polygon) and isinstance(right, shapely.Polygon):
        return left, right
    return None


def straighten(whole: shapely.Polygon, sides: Sides, sites: Floats, on_left: Bools) -> Sides:
    """Pull the border between two sides of a polygon taut; the given sides where that would not leave two.

    Parameters
    ----------
    sites, on_left
        The places of the addresses, and which of them belong to the first side.
    """
    lines = [pull_taut(line, whole, sites) for line in find_border(*sides)]
    faces = cut_faces(whole, np.array(lines, dtype=object))
    if len(faces) != 2:
        return sides
    # Pulling taut may exchange most of the land; what tells the sides apart is who lives there.
    at_first = shapely.contains_xy(faces[0], sites[:, 0], sites[:, 1])
    if np.count_nonzero(at_first == on_left) < len(sites) / 2:
        faces = faces[::-1]
    return faces[0], faces[1]
