"""Crooked cuts of a piece: along the faces between its addresses, pulled taut."""

from collections.abc import Iterator

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridmap.domain.divide.faces import Adopter, cut_faces, make_polygon
from gridmap.domain.divide.mesh import Mesh, make_mesh
from gridmap.domain.divide.mesh_cut import MeshCut, list_mesh_cuts
from gridmap.domain.divide.mesh_hamlets import list_hamlet_cuts
from gridmap.domain.divide.nodes import Nodes
from gridmap.domain.divide.piece import Cut, Load, Piece
from gridmap.domain.divide.plane import Bools, Floats
from gridmap.domain.divide.taut import find_border, pull_taut

_GROUND_CELLS = 80
Sides = tuple[shapely.Polygon, shapely.Polygon]


def list_crooked(
    nodes: Nodes, piece: Piece, load: Load, count: int, *, most: int = 2, is_thorough: bool = False
) -> Iterator[Cut]:
    """List cuts whose two sides are connected whatever the shape of the piece, the best first; at most so many.

    Parameters
    ----------
    is_thorough
        Also cuts that lead corridors over empty ground, so that hamlets that do not touch come to lie on one side.
    """
    whole = make_polygon(nodes, piece)
    sites = len(piece.sites)
    if is_thorough:
        ground = list_empty_ground(whole, load.xy[piece.sites])
        load = Load(
            np.concatenate([load.xy[piece.sites], ground]),
            np.concatenate([load.weight[piece.sites], np.zeros(len(ground), dtype=np.int64)]),
            np.concatenate([load.atom[piece.sites], np.full(len(ground), -1)]),
        )
        mesh = make_mesh(whole, load, np.arange(len(load.weight)))
        atom = load.atom[:sites]
        hamlets = np.unique(mesh.site_block[:sites][atom >= 0])
        cuts = list_hamlet_cuts(mesh, hamlets, count)
    else:
        load = Load(load.xy[piece.sites], load.weight[piece.sites], load.atom[piece.sites])
        mesh = make_mesh(whole, load, np.arange(sites))
        cuts = []
    cuts = cuts or list_mesh_cuts(mesh, count)
    adopter = Adopter(nodes, piece)
    made = 0
    for found in cuts:
        sides = _draw(mesh, found)
        if sides is None:
            continue
        on_left = found.left[mesh.site_block[:sites]]
        left, right = straighten(whole, sides, load.xy[:sites], on_left)
        yield Cut(
            adopter.adopt(left, piece.sites[on_left]),
            adopter.adopt(right, piece.sites[~on_left]),
            found.left_count,
            count - found.left_count,
        )
        made += 1
        if made == most:
            return


def list_empty_ground(whole: shapely.Polygon, sites: Floats) -> Floats:
    """List places on a lattice where there is no address near."""
    west, south, east, north = whole.bounds
    step = max(1.0, (whole.area / _GROUND_CELLS) ** 0.5)
    x, y = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    places = places[shapely.contains_xy(whole, places[:, 0], places[:, 1])]
    return np.asarray(places[cKDTree(sites).query(places)[0] > step / 2]) if len(places) else places


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
