"""Fit new grids to the grids round them: what one side of a border has as a vertex, the other has as well."""

import numpy as np
import shapely

from gridmap.domain.divide.plane import Bools, Floats, Shapes, make_points

_ON_EDGE_DEG = 1e-9
"""A tenth of a millimetre. Vertices that were put on a border lie a hundred-thousandth of that from it."""


def insert_vertices(shapes: Shapes, places: Floats) -> tuple[Shapes, Bools]:
    """Insert the places that lie on an edge of a polygon, and are not its ends, as vertices.

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
    near = np.unique(shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_ON_EDGE_DEG)[1])
    for number in near.tolist():
        boundary = shapely.boundary(shapes[number])
        own = places[shapely.distance(boundary, points) <= _ON_EDGE_DEG]
        known = {(x, y) for x, y in shapely.get_coordinates(shapes[number]).tolist()}
        own = np.array([place for place in own.tolist() if (place[0], place[1]) not in known]).reshape(-1, 2)
        if not len(own):
            continue
        parts = [
            shapely.Polygon(_insert(part.exterior, own), [_insert(ring, own) for ring in part.interiors])
            for part in shapely.get_parts(shapes[number])
        ]
        made[number] = parts[0] if isinstance(shapes[number], shapely.Polygon) else shapely.MultiPolygon(parts)
        changed[number] = True
    return made, changed


def _insert(ring: shapely.LinearRing, places: Floats) -> Floats:
    vertices = shapely.get_coordinates(ring)
    start, way = vertices[:-1], np.diff(vertices, axis=0)
    length2 = np.maximum((way**2).sum(axis=1), 1e-30)
    share = ((places[:, None, :] - start[None]) * way[None]).sum(axis=2) / length2[None]
    foot = start[None] + np.clip(share, 0, 1)[:, :, None] * way[None]
    away = np.hypot(*np.moveaxis(foot - places[:, None, :], 2, 0))
    edge = away.argmin(axis=1)
    rows = np.arange(len(places))
    is_on = away[rows, edge] <= _ON_EDGE_DEG
    # Within a hair of an end it is that end, and no further vertex.
    for end in (start[edge], start[edge] + way[edge]):
        is_on &= np.hypot(*(end - places).T) > _ON_EDGE_DEG
    edge, along, found = edge[is_on], share[rows, edge][is_on], places[is_on]
    order = np.lexsort((along, edge))
    return np.insert(vertices, edge[order] + 1, found[order], axis=0)
