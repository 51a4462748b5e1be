"""Hand land with its households over from a grid to its neighbour: nobody else changes grid."""

import numpy as np
import shapely

from gridmap.domain.divide.faces import Adopter, make_polygon
from gridmap.domain.divide.mesh import Mesh
from gridmap.domain.divide.mesh_piece import straighten
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Bools, Floats
from gridmap.domain.divide.taut import find_border

_BESIDE_M = 1e-4


def find_touching(mesh: Mesh, giver: shapely.Polygon, taker: shapely.Polygon) -> Floats:
    """Find for how many metres each block of a giver lies along the taker."""
    border = find_border(giver, taker)
    if not len(border):
        return np.zeros(len(mesh.weight))
    beside = shapely.buffer(shapely.union_all(border), _BESIDE_M)
    along = shapely.length(shapely.intersection(shapely.boundary(mesh.faces), beside))
    return np.asarray(np.bincount(mesh.block, along, len(mesh.weight)), dtype=np.float64)


def hand_over(
    nodes: Nodes, giver: Piece, taker: Piece, load: Load, mesh: Mesh, blocks: Bools
) -> tuple[Piece, Piece] | None:
    """Hand blocks of a giver over; then the new border is pulled taut.

    Parameters
    ----------
    giver, taker
        Neighbours, their rings complete with each other's nodes.
    mesh
        Of the giver.
    blocks
        Which of its blocks go.

    Returns
    -------
    The taker and the giver; None if one of them would not be in one piece, or the two can't be drawn together.
    """
    is_given = blocks[mesh.block]
    if not is_given.any() or is_given.all():
        return None
    try:
        return _hand_over(nodes, giver, taker, load, mesh, is_given, giver.sites[blocks[mesh.site_block]])
    except shapely.GEOSException:
        # Edges of the two that run within a step of the lattice of one another: this one can't be drawn exactly.
        return None


def _hand_over(
    nodes: Nodes, giver: Piece, taker: Piece, load: Load, mesh: Mesh, is_given: Bools, given_sites: np.ndarray
) -> tuple[Piece, Piece] | None:
    adopter = Adopter(nodes, giver)
    left_over = shapely.coverage_union_all(mesh.faces[~is_given])
    if not isinstance(left_over, shapely.Polygon):
        return None
    kept_sites = np.setdiff1d(giver.sites, given_sites)
    rest = adopter.adopt(left_over, kept_sites)
    for part in shapely.get_parts(shapely.coverage_union_all(mesh.faces[is_given])):
        adopter.adopt(part, given_sites)
    # The border has new nodes by now: with them all three fit each other.
    grown = Piece(nodes.complete(taker.shell), tuple(nodes.complete(hole) for hole in taker.holes), taker.sites)
    bigger = shapely.coverage_union_all([make_polygon(nodes, grown), *mesh.faces[is_given]])
    whole = shapely.coverage_union_all([make_polygon(nodes, grown), *mesh.faces])
    if not isinstance(bigger, shapely.Polygon) or not isinstance(whole, shapely.Polygon):
        return None
    sites = np.sort(np.concatenate([giver.sites, taker.sites]))
    on_left = ~np.isin(sites, kept_sites)
    left, right = straighten(whole, (bigger, make_polygon(nodes, rest)), load.xy[sites], on_left)
    both = Adopter(nodes, adopter.adopt(whole, sites))
    return both.adopt(left, sites[on_left]), both.adopt(right, sites[~on_left])
