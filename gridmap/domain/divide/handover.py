"""Hand land with so many households over from a grid to its neighbour: the nearest, and nobody else changes grid."""

from dataclasses import replace

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array

from gridmap.domain.divide.faces import Adopter, make_polygon
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.mesh_cut import find_grown
from gridmap.domain.divide.mesh_piece import straighten
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Load, Piece
from gridmap.domain.divide.plane import Floats
from gridmap.domain.divide.taut import find_border

_BESIDE_M = 1e-4
_MIN_TOUCH_M = 0.1


def hand_over(nodes: Nodes, giver: Piece, taker: Piece, load: Load, households: int) -> tuple[Piece, Piece] | None:
    """Hand over as many households as asked for, or nearly.

    The taker keeps its land and gets the faces of the giver that are the nearest to it; then the new border is pulled
    taut.

    Parameters
    ----------
    giver, taker
        Neighbours, their rings complete with each other's nodes.

    Returns
    -------
    The taker and the giver; None if one of them would fall apart.
    """
    polygon, other = make_polygon(nodes, giver), make_polygon(nodes, taker)
    border = find_border(polygon, other)
    if not len(border):
        return None
    mesh = make_mesh(polygon, load, giver.sites)
    own = int(load.weight[taker.sites].sum())
    touching = _find_touching(mesh, shapely.union_all(border))
    if not (touching > _MIN_TOUCH_M).any():
        return None
    beside = len(mesh.weight)
    cut = find_grown(_add_block(mesh, touching, own, other), np.array([beside]), own + households)
    if cut is None or not cut.left[beside]:
        return None
    is_given = cut.left[mesh.block]
    adopter = Adopter(nodes, giver)
    left_over = shapely.coverage_union_all(mesh.faces[~is_given])
    if not is_given.any() or not isinstance(left_over, shapely.Polygon):
        return None
    given_sites = giver.sites[cut.left[mesh.site_block]]
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


def _find_touching(mesh: Mesh, border: shapely.Geometry) -> Floats:
    """Find for how many metres each block lies along a border."""
    along = shapely.length(shapely.intersection(shapely.boundary(mesh.faces), shapely.buffer(border, _BESIDE_M)))
    return np.asarray(np.bincount(mesh.block, along, len(mesh.weight)), dtype=np.float64)


def _add_block(mesh: Mesh, touching: Floats, households: int, other: shapely.Polygon) -> Mesh:
    """Add the neighbour as one more block."""
    near = np.flatnonzero(touching > _MIN_TOUCH_M)
    beside = len(mesh.weight)
    grown = coo_array(mesh.border)
    rows = np.concatenate([grown.row, near, np.full(len(near), beside)])
    columns = np.concatenate([grown.col, np.full(len(near), beside), near])
    data = np.concatenate([grown.data, touching[near], touching[near]])
    middle = shapely.get_coordinates(other.centroid)
    return replace(
        mesh,
        weight=np.append(mesh.weight, households),
        centre=np.concatenate([mesh.centre, middle]),
        border=csr_array(coo_array((data, (rows, columns)), (beside + 1, beside + 1))),
    )
