"""Cut the county into faces (fields, salt pans, house blocks), along whose edges all borders run."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely

from gridmap.demonstration.mesh import fill_gaps, make_mesh
from gridmap.demonstration.noding import share_vertices
from gridmap.demonstration.plane import (
    DEGREE_GRID,
    Floats,
    Geometries,
    Ints,
    find_field_angle,
    make_lonlat_geometries,
    make_plane_geometries,
)

# What is smaller vanishes on the stored grid; what is larger has to stay, or the ground would get a hole.
_SMALLEST_FACE_M2 = 1e-6
_SLIVER_M2 = 60.0


def make_faces_of_lines(lines: Sequence[Any], outline: shapely.Polygon) -> Geometries:
    """Return the polygons between lines and the outline (plane metres)."""
    noded = shapely.unary_union([*lines, shapely.boundary(outline)])
    faces: Geometries = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.contains(outline, shapely.point_on_surface(faces))
    kept: Geometries = faces[inside & (shapely.area(faces) > _SMALLEST_FACE_M2)]
    return kept


def divide_faces(
    faces: Geometries, target_m2: Callable[[Floats], Floats], rng: np.random.Generator
) -> tuple[Geometries, Ints]:
    """Halve faces across their longer side, along the field direction, until each is near its target size.

    Parameters
    ----------
    faces : polygons in the plane
    target_m2 : wished area at each centroid, shape (n, 2) -> (n,)

    Returns
    -------
    The pieces and, for each, the index of the face it came from. The pieces of a face tile it up to rounding (1e-9
    m); exact tiling is made later by ``make_exact_faces``.
    """
    done: list[Geometries] = []
    done_origin: list[Ints] = []
    live, origin = faces, np.arange(len(faces))
    while len(live):
        area = shapely.area(live)
        target = target_m2(shapely.get_coordinates(shapely.centroid(live)))
        ready = area < target * rng.uniform(1.25, 1.75, len(live))
        done.append(live[ready])
        done_origin.append(origin[ready])
        live, origin = _halve(live[~ready], origin[~ready], rng)
    return np.concatenate(done), np.concatenate(done_origin)


def _halve(faces: Geometries, origin: Ints, rng: np.random.Generator) -> tuple[Geometries, Ints]:
    if not len(faces):
        return faces, origin
    coordinates, owner = shapely.get_coordinates(faces, return_index=True)
    angle = find_field_angle(shapely.get_coordinates(shapely.centroid(faces)))
    cos, sin = np.cos(angle), np.sin(angle)
    u = coordinates[:, 0] * cos[owner] + coordinates[:, 1] * sin[owner]
    v = coordinates[:, 1] * cos[owner] - coordinates[:, 0] * sin[owner]
    start = np.searchsorted(owner, np.arange(len(faces)))
    low_u, high_u = np.minimum.reduceat(u, start), np.maximum.reduceat(u, start)
    low_v, high_v = np.minimum.reduceat(v, start), np.maximum.reduceat(v, start)
    # Fields lie north-south more often than not: the width counts a little more than the height.
    across = (high_u - low_u) * rng.uniform(0.95, 1.35, len(faces)) > (high_v - low_v)
    share = 0.5 + rng.uniform(-0.09, 0.09, len(faces))
    cut_u = np.where(across, low_u + (high_u - low_u) * share, high_u + 1.0)
    cut_v = np.where(across, high_v + 1.0, low_v + (high_v - low_v) * share)
    first = _make_boxes(low_u - 1.0, low_v - 1.0, cut_u, cut_v, cos, sin)
    second = _make_boxes(
        np.where(across, cut_u, low_u - 1.0), np.where(across, low_v - 1.0, cut_v), high_u + 1.0, high_v + 1.0, cos, sin
    )
    pieces = shapely.intersection(np.concatenate((faces, faces)), np.concatenate((first, second)))
    parts, index = shapely.get_parts(pieces, return_index=True)
    wanted = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > _SMALLEST_FACE_M2)
    return parts[wanted], np.concatenate((origin, origin))[index[wanted]]


def _make_boxes(u0: Floats, v0: Floats, u1: Floats, v1: Floats, cos: Floats, sin: Floats) -> Geometries:
    u = np.stack((u0, u1, u1, u0, u0), axis=1)
    v = np.stack((v0, v0, v1, v1, v0), axis=1)
    boxes: Geometries = np.asarray(
        shapely.polygons(np.stack((u * cos[:, None] - v * sin[:, None], u * sin[:, None] + v * cos[:, None]), axis=2))
    )
    return boxes


def make_exact_faces(pieces: Geometries) -> tuple[Geometries, Geometries]:
    """Put all edges on the stored coordinate grid, so that neighbours share their vertices exactly.

    Faces too small to be ground are joined to the neighbour with the longest common edge, so that none is lost.

    Returns
    -------
    The faces in lon/lat and the same faces in the plane.
    """
    stored = make_lonlat_geometries(pieces)
    faces = share_vertices(stored)
    if faces is None:
        faces = _node_edges(stored)
    faces = _join_slivers(faces)
    return faces, make_plane_geometries(faces)


def _node_edges(pieces: Geometries) -> Geometries:
    """Node whatever edges there are; what rounding opens or overlaps becomes a sliver of its own."""
    noded = shapely.unary_union(shapely.boundary(pieces), grid_size=DEGREE_GRID)
    faces: Geometries = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return np.asarray(shapely.transform(faces, lambda c: np.round(c, 7)))


def _join_slivers(faces: Geometries) -> Geometries:
    sliver = shapely.area(make_plane_geometries(faces)) < _SLIVER_M2
    if not sliver.any():
        return faces
    _, touched = shapely.STRtree(faces).query(faces[sliver], predicate="intersects")
    near = np.unique(touched)
    mesh = make_mesh(faces[near], make_plane_geometries(faces[near]), [])
    owner = fill_gaps(mesh, np.where(sliver[near], -1, np.arange(len(near))))
    joined = faces.copy()
    for index in np.unique(owner[sliver[near]]):
        # An owner of -1 would be a sliver that touches no face along an edge; noding leaves none.
        joined[near[index]] = shapely.coverage_union_all(faces[near[owner == index]])
    kept = joined[~sliver]
    parts: Geometries = np.asarray([face.geoms[0] if hasattr(face, "geoms") else face for face in kept])
    return parts
