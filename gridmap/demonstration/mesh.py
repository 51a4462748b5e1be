"""The graph of faces: who touches whom along an edge, and growing connected areas over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.demonstration.plane import Floats, Geometries, Ints

_NEAR_LINE = 1.0


@dataclass(frozen=True)
class Mesh:
    """Pairs of faces that share an edge, its length and the cost of stepping over it (metres)."""

    centre: Floats
    area_m2: Floats
    first: Ints
    second: Ints
    shared_m: Floats
    cost_m: Floats


def make_mesh(faces: Geometries, plane: Geometries, barriers: Sequence[tuple[Sequence[Any], float]]) -> Mesh:
    """Build the mesh of exactly noded faces.

    Parameters
    ----------
    faces : polygons that share vertices exactly (any coordinates)
    plane : the same polygons in plane metres
    barriers : lines (plane metres) and what it costs, in metres, to step over one
    """
    coordinates, owner = shapely.get_coordinates(faces, return_index=True)
    xy = shapely.get_coordinates(plane)
    _, vertex = np.unique(np.round(coordinates * 1e7).astype(np.int64), axis=0, return_inverse=True)
    vertex = vertex.ravel()
    same = owner[1:] == owner[:-1]
    # A hole's ring follows its shell in the coordinate list: the jump between them is not an edge, and has no partner.
    a, b, face = vertex[:-1][same], vertex[1:][same], owner[:-1][same]
    start, end = xy[:-1][same], xy[1:][same]
    key = np.minimum(a, b) * (vertex.max() + 1) + np.maximum(a, b)
    order = np.argsort(key, kind="stable")
    key, face, start, end = key[order], face[order], start[order], end[order]
    pair = np.flatnonzero((key[1:] == key[:-1]) & (face[1:] != face[:-1]))
    first, second = np.minimum(face[pair], face[pair + 1]), np.maximum(face[pair], face[pair + 1])
    middle = (start[pair] + end[pair]) / 2.0
    length = np.hypot(*(end[pair] - start[pair]).T)
    penalty = np.zeros(len(pair))
    points = shapely.points(middle)
    for lines, cost_m in barriers:
        if lines:
            # Short pieces keep the boxes of the tree small: three times faster than whole rivers.
            hit, _ = shapely.STRtree(_list_segments(lines)).query(points, predicate="dwithin", distance=_NEAR_LINE)
            penalty[hit] = np.maximum(penalty[hit], cost_m)
    joint, inverse = np.unique(first * len(faces) + second, return_inverse=True)
    shared: Floats = np.bincount(inverse, length).astype(np.float64)
    crossing = np.bincount(inverse, penalty * length) / np.maximum(shared, 1e-9)
    centre = shapely.get_coordinates(shapely.centroid(plane))
    first, second = joint // len(faces), joint % len(faces)
    distance = np.hypot(*(centre[first] - centre[second]).T)
    # A short common edge is a poor door: without this, areas grow through slits and get spikes.
    slit = 1.0 + np.minimum(3.0, distance / np.maximum(shared, 1.0) * 0.25)
    return Mesh(centre, shapely.area(plane), first, second, shared, distance * slit + crossing)


def _list_segments(lines: Sequence[Any]) -> Geometries:
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.asarray(shapely.linestrings(np.stack((coordinates[:-1][same], coordinates[1:][same]), axis=1)))


def grow_areas(mesh: Mesh, seeds: Ints, offset_m: Floats, *, parent: Ints | None = None) -> Ints:
    """Give each face to the seed that reaches it cheapest; each area is one connected piece.

    Parameters
    ----------
    seeds : face of each seed
    offset_m : head start of each seed, larger is later, metres
    parent : a label per face; no step is made between faces of different labels

    Returns
    -------
    For each face the index of its seed, -1 where no seed can come.
    """
    faces = len(mesh.centre)
    first, second, cost = mesh.first, mesh.second, mesh.cost_m
    if parent is not None:
        within = parent[first] == parent[second]
        first, second, cost = first[within], second[within], cost[within]
    heads = faces + np.arange(len(seeds))
    start = np.maximum(offset_m - offset_m.min(), 0.0) + 1.0
    graph = csr_array(
        coo_array(
            (
                np.concatenate((cost, cost, start)),
                (np.concatenate((first, second, heads)), np.concatenate((second, first, seeds))),
            ),
            shape=(faces + len(seeds), faces + len(seeds)),
        )
    )
    _, _, source = dijkstra(graph, directed=True, indices=heads, min_only=True, return_predecessors=True)
    label = source[:faces].astype(np.int64) - faces
    label[label < 0] = -1
    return label


def fill_gaps(mesh: Mesh, label: Ints) -> Ints:
    """Give each face without a label (-1) to the labelled neighbour with the longest common edge."""
    label = label.copy()
    order = np.argsort(mesh.shared_m, kind="stable")
    first, second = mesh.first[order], mesh.second[order]
    while True:
        to_first = (label[first] < 0) & (label[second] >= 0)
        to_second = (label[second] < 0) & (label[first] >= 0)
        if not (to_first.any() or to_second.any()):
            return label
        # Ascending by length: where several neighbours offer themselves, the longest edge is written last.
        face = np.concatenate((first[to_first], second[to_second]))
        offer = np.concatenate((second[to_first], first[to_second]))
        shared = np.concatenate((mesh.shared_m[order][to_first], mesh.shared_m[order][to_second]))
        last = np.argsort(shared, kind="stable")
        label[face[last]] = label[offer[last]]
