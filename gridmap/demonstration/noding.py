"""Put the edges of a tiling on the stored coordinate grid so that neighbours share every vertex.

The general way, snap rounding of all edges and polygonising them again, takes four times as long. It is not needed for
pieces that tile the ground already: all that is missing between neighbours are the corners of one that lie on the edge
of another. They are looked up and put in.
"""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridmap.demonstration.plane import DEGREE_GRID, Flags, Floats, Geometries, Ints

# Rounding moves a corner and the edge that it stood on by at most half a diagonal of a cell each.
_REACH_CELLS = 1.5


def share_vertices(pieces: Geometries) -> Geometries | None:
    """Return the pieces with shared vertices on the stored grid, or None where that does not give a valid coverage.

    Parameters
    ----------
    pieces : polygons in lon/lat degrees on the stored grid, which tile an area but for the rounding

    Returns
    -------
    The same polygons in the same order, without those that rounding has made vanish. Where None comes back, two
    edges cross by rounding alone; the pieces then have to be noded in general.
    """
    rings, piece = shapely.get_rings(pieces, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    corners, vertex = _number_vertices(np.round(coordinates / DEGREE_GRID).astype(np.int64))
    vertex, ring = _insert_corners(corners, vertex, ring)
    vertex, ring = _drop_spurs(vertex, ring)
    present, compact = np.unique(ring, return_inverse=True)
    if not len(present):
        return None
    closed = np.round(corners[_close(vertex, compact)] * DEGREE_GRID, 7)
    lines: Geometries = np.asarray(shapely.linearrings(closed, indices=_close(compact, compact)))
    _, owner = np.unique(piece[present], return_inverse=True)
    faces: Geometries = np.asarray(shapely.polygons(lines, indices=owner))
    return faces if shapely.is_valid(faces).all() and shapely.coverage_is_valid(faces) else None


def _number_vertices(cells: Ints) -> tuple[Ints, Ints]:
    """Number the distinct vertices; those nearer to each other than the rounding can tell apart become one."""
    low = cells.min(axis=0)
    width = int(cells[:, 1].max() - low[1]) + 1
    _, first, vertex = np.unique(
        (cells[:, 0] - low[0]) * width + cells[:, 1] - low[1], return_index=True, return_inverse=True
    )
    corners = cells[first]
    pairs = cKDTree(corners).query_pairs(_REACH_CELLS, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(corners), len(corners)))
    _, group = connected_components(graph, directed=False)
    _, kept = np.unique(group, return_index=True)
    return corners[kept], np.asarray(group[vertex.ravel()], dtype=np.int64)


def _insert_corners(corners: Ints, vertex: Ints, ring: Ints) -> tuple[Ints, Ints]:
    """Put into each edge the corners that lie on it. Takes closed rings and gives open ones."""
    step = (ring[1:] == ring[:-1]) & (vertex[1:] != vertex[:-1])
    start, end, ring = vertex[:-1][step], vertex[1:][step], ring[:-1][step]
    low, high = np.minimum(start, end), np.maximum(start, end)
    key, edge = np.unique(low * len(corners) + high, return_inverse=True)
    a, b = key // len(corners), key % len(corners)
    where, corner = _find_corners_on(corners, a, b)
    count = np.bincount(where, minlength=len(key))
    begin = np.concatenate(([0], np.cumsum(count)[:-1]))
    size = 1 + count[edge]
    row = np.repeat(np.arange(len(edge)), size)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) - 1
    # An edge walked from its higher end meets its corners in the other order.
    place_on = np.where(start[row] == a[edge[row]], place, count[edge[row]] - 1 - place)
    index = begin[edge[row]] + place_on
    inserted = corner[np.clip(index, 0, max(len(corner) - 1, 0))] if len(corner) else np.zeros(len(row), dtype=np.int64)
    return np.where(place < 0, start[row], inserted), ring[row]


def _find_corners_on(corners: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return pairs of edge and corner, by edge and along it from a to b; the ends themselves are left out."""
    ends = corners.astype(np.float64)
    lines = shapely.linestrings(np.stack((ends[a], ends[b]), axis=1))
    points: Geometries = np.asarray(shapely.points(ends))
    tree = shapely.STRtree(points)
    where, corner = tree.query(lines, predicate="dwithin", distance=_REACH_CELLS)
    other = (corner != a[where]) & (corner != b[where])
    where, corner = where[other], corner[other]
    along: Floats = ((ends[corner] - ends[a[where]]) * (ends[b[where]] - ends[a[where]])).sum(axis=1)
    order = np.lexsort((corner, along, where))
    return where[order], corner[order]


def _drop_spurs(vertex: Ints, ring: Ints) -> tuple[Ints, Ints]:
    """Take out repeated vertices and steps there and back, and rings that have no inside left."""
    while len(vertex):
        before, after = _find_neighbours(ring)
        spur: Flags = (vertex == vertex[before]) | (vertex[before] == vertex[after])
        # Two spurs side by side share a vertex: one at a time.
        spur &= ~(spur[before] & (before < np.arange(len(vertex))))
        small = np.bincount(ring)[ring] < 3
        if not (spur | small).any():
            break
        vertex, ring = vertex[~(spur | small)], ring[~(spur | small)]
    return vertex, ring


def _find_neighbours(ring: Ints) -> tuple[Ints, Ints]:
    """Return for each vertex the rows of the one before and the one after it in its open ring."""
    rows = np.arange(len(ring))
    is_first = np.concatenate(([True], ring[1:] != ring[:-1]))
    is_last = np.concatenate((ring[1:] != ring[:-1], [True]))
    first, last = rows[is_first], rows[is_last]
    before, after = rows - 1, rows + 1
    before[first], after[last] = last, first
    return before, after


def _close(values: Ints, ring: Ints) -> Ints:
    """Repeat the first value of each open ring at its end."""
    is_last = np.concatenate((ring[1:] != ring[:-1], [True]))
    first = np.flatnonzero(np.concatenate(([True], ring[1:] != ring[:-1])))
    closed: Ints = np.insert(values, np.flatnonzero(is_last) + 1, values[first])
    return closed
