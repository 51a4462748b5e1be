"""Fit new grids to the grids round them: what one side of a border has as a vertex, the other has as well."""

from itertools import pairwise

import numpy as np
import shapely

from gridmap.domain.divide.plane import Bools, Floats, Shapes, make_points

_ON_EDGE_DEG = 1e-10
"""A hundredth of a millimetre. Vertices that were put on a border lie a thousandth of that from it."""

Edges = set[tuple[complex, complex]]


def insert_vertices(shapes: Shapes, places: Floats) -> tuple[Shapes, Bools]:
    """Insert the places that lie on an outer edge of polygons, and are not its ends, as vertices.

    Edges that two of the polygons share are left alone: whoever lies beyond the outline can only graze them.

    Parameters
    ----------
    shapes
        Polygons or multipolygons, degrees (EPSG:4490).
    places
        Shape (n, 2), degrees.

    Returns
    -------
    The shapes, and which of them have changed. No area changes by it.
    """
    changed = np.zeros(len(shapes), dtype=np.bool_)
    made = shapes.copy()
    if not len(places) or not len(shapes):
        return made, changed
    places = np.unique(places, axis=0)
    points = make_points(places)
    inner = _list_inner(shapes)
    near = np.unique(shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_ON_EDGE_DEG)[1])
    for number in near.tolist():
        boundary = shapely.boundary(shapes[number])
        own = places[shapely.distance(boundary, points) <= _ON_EDGE_DEG]
        known = {(x, y) for x, y in shapely.get_coordinates(shapes[number]).tolist()}
        own = np.array([place for place in own.tolist() if (place[0], place[1]) not in known]).reshape(-1, 2)
        if not len(own):
            continue
        parts = [
            shapely.Polygon(_insert(part.exterior, own, inner), [_insert(ring, own, inner) for ring in part.interiors])
            for part in shapely.get_parts(shapes[number])
        ]
        fitted = parts[0] if isinstance(shapes[number], shapely.Polygon) else shapely.MultiPolygon(parts)
        changed[number] = shapely.get_num_coordinates(fitted) > shapely.get_num_coordinates(shapes[number])
        made[number] = fitted if changed[number] else shapes[number]
    return made, changed


def _list_inner(shapes: Shapes) -> Edges:
    """List the edges that occur twice, both ways."""
    rings = shapely.get_rings(shapes)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    points = places[:, 0] + 1j * places[:, 1]
    same = ring[1:] == ring[:-1]
    seen: Edges = set()
    inner: Edges = set()
    for p, q in zip(points[:-1][same].tolist(), points[1:][same].tolist(), strict=True):
        if (q, p) in seen or (p, q) in seen:
            inner |= {(p, q), (q, p)}
        seen.add((p, q))
    return inner


def _insert(ring: shapely.LinearRing, places: Floats, inner: Edges) -> Floats:
    vertices = shapely.get_coordinates(ring)
    points = (vertices[:, 0] + 1j * vertices[:, 1]).tolist()
    is_inner = np.array([pair in inner for pair in pairwise(points)], dtype=np.bool_)
    start, way = vertices[:-1], np.diff(vertices, axis=0)
    length2 = np.maximum((way**2).sum(axis=1), 1e-30)
    share = ((places[:, None, :] - start[None]) * way[None]).sum(axis=2) / length2[None]
    foot = start[None] + np.clip(share, 0, 1)[:, :, None] * way[None]
    away = np.hypot(*np.moveaxis(foot - places[:, None, :], 2, 0))
    away[:, is_inner] = np.inf
    edge = away.argmin(axis=1)
    rows = np.arange(len(places))
    is_on = away[rows, edge] <= _ON_EDGE_DEG
    # Within a hair of an end it is that end, and no further vertex.
    for end in (start[edge], start[edge] + way[edge]):
        is_on &= np.hypot(*(end - places).T) > _ON_EDGE_DEG
    edge, along, found = edge[is_on], share[rows, edge][is_on], places[is_on]
    order = np.lexsort((along, edge))
    return np.insert(vertices, edge[order] + 1, found[order], axis=0)
