"""Houses: which faces are built over, the rows of courtyards in villages, the blocks of flats in town."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.demonstration.ground import URBAN_REACH_M, Ground
from gridmap.demonstration.inputs import Inputs
from gridmap.demonstration.plane import Flags, Floats, Geometries, Ints, find_field_angle, make_noise

_LOT_WIDTH_M = 14.5
_ROW_PITCH_M = 20.0
_STREET_M = 3.2
_FLATS_EVERY_M = (46.0, 38.0)
_FARTHEST_DEPTH = 2.1
_LARGEST_BLOCK_M2 = 40_000.0


@dataclass(frozen=True)
class Houses:
    """One row per address: plane metres, face, households; ``hamlet`` is an index or -1 in a community."""

    xy: Floats
    face: Ints
    households: Ints
    hamlet: Ints
    built: Ints
    """The hamlet that each *face* is built over by, -1 elsewhere (communities too)."""


def make_houses(rng: np.random.Generator, inputs: Inputs, ground: Ground) -> Houses:
    """Fill the villages with rows of courtyards and the communities with blocks of flats."""
    urban = (inputs.villages["kind"] == "community").to_numpy()
    inner = shapely.buffer(ground.plane, -_STREET_M, quad_segs=1, join_style="mitre")
    near, hamlet, depth = _list_near_faces(ground, urban)
    # The middle of a market town has flats of a few storeys among its courtyards.
    storeys = (ground.hamlets.households[hamlet] > 700) & (depth < 0.33)
    courtyards = _make_rows(inner, near[~storeys], (_LOT_WIDTH_M, _ROW_PITCH_M))
    flats = _make_rows(inner, near[storeys], _FLATS_EVERY_M)
    kept = rng.random(len(courtyards[0])) > 0.035
    rows_xy = np.concatenate([courtyards[0][kept], flats[0]])
    rows_face = np.concatenate([courtyards[1][kept], flats[1]])
    rows_count = np.concatenate([1 + (rng.random(kept.sum()) < 0.04), rng.integers(6, 13, len(flats[0]))])
    built = _choose_built_faces(
        ground, near, hamlet, depth, np.bincount(rows_face, rows_count, len(ground.faces)).astype(np.float64)
    )
    used = built[rows_face] >= 0
    town_xy, town_face, town_count = _make_flats(rng, ground, inner, urban)
    xy = np.concatenate([rows_xy[used], town_xy])
    face = np.concatenate([rows_face[used], town_face])
    households = np.concatenate([rows_count[used], town_count]).astype(np.int64)
    order = np.argsort(face, kind="stable")
    return Houses(xy[order], face[order], households[order], built[face[order]], built)


def _list_near_faces(ground: Ground, urban: Flags) -> tuple[Ints, Ints, Floats]:
    """List the faces around the hamlets of their own village, with that hamlet and the depth in it."""
    hamlets = ground.hamlets
    first = np.full(len(urban), -1, dtype=np.int64)
    last = np.full(len(urban), -1, dtype=np.int64)
    first[hamlets.village[::-1]] = np.arange(len(hamlets.village))[::-1]
    last[hamlets.village] = np.arange(len(hamlets.village))
    use = np.flatnonzero((ground.village >= 0) & ~urban[np.maximum(ground.village, 0)])
    a, b = first[ground.village[use]], last[ground.village[use]]
    depth_a = hamlets.measure_depth(ground.mesh.centre[use], a)
    depth_b = hamlets.measure_depth(ground.mesh.centre[use], b)
    hamlet, depth = np.where(depth_b < depth_a, b, a), np.minimum(depth_a, depth_b)
    # A whole field is no house block, however near.
    near = (depth < _FARTHEST_DEPTH) & (ground.mesh.area_m2[use] < _LARGEST_BLOCK_M2)
    return use[near], hamlet[near], depth[near]


def _choose_built_faces(ground: Ground, near: Ints, hamlet: Ints, depth: Floats, room: Floats) -> Ints:
    """Take faces outward from each hamlet's centre until its households have room."""
    order = np.lexsort((depth, hamlet))
    room, near, hamlet = room[near][order], near[order], hamlet[order]
    before = np.cumsum(room) - room
    before -= before[np.searchsorted(hamlet, hamlet)]
    chosen = before + 0.5 * room < ground.hamlets.households[hamlet]
    built = np.full(len(ground.faces), -1, dtype=np.int64)
    built[near[chosen]] = hamlet[chosen]
    return built


def _make_rows(inner: Geometries, faces: Ints, pitch_m: tuple[float, float]) -> tuple[Floats, Ints]:
    """Lay a lattice of lots along the field direction in each face, centred, and keep what lies inside."""
    faces = faces[~shapely.is_empty(inner[faces])]
    if not len(faces):
        return np.zeros((0, 2)), faces
    coordinates, owner = shapely.get_coordinates(inner[faces], return_index=True)
    angle = find_field_angle(shapely.get_coordinates(shapely.centroid(inner[faces])))
    cos, sin = np.cos(angle), np.sin(angle)
    start = np.searchsorted(owner, np.arange(len(faces)))
    frame = (
        coordinates[:, 0] * cos[owner] + coordinates[:, 1] * sin[owner],
        coordinates[:, 1] * cos[owner] - coordinates[:, 0] * sin[owner],
    )
    low = [np.minimum.reduceat(axis, start) for axis in frame]
    high = [np.maximum.reduceat(axis, start) for axis in frame]
    count = [np.maximum(1, ((h - lo) / p).astype(np.int64)) for h, lo, p in zip(high, low, pitch_m, strict=True)]
    total = count[0] * count[1]
    which = np.repeat(np.arange(len(faces)), total)
    serial = np.arange(len(which)) - np.repeat(np.cumsum(total) - total, total)
    place = (serial % count[0][which], serial // count[0][which])
    u, v = (
        (lo + h)[which] / 2.0 + (n - (c[which] - 1) / 2.0) * p
        for lo, h, n, c, p in zip(low, high, place, count, pitch_m, strict=True)
    )
    xy = np.column_stack((u * cos[which] - v * sin[which], u * sin[which] + v * cos[which]))
    polygons = inner[faces]
    shapely.prepare(polygons)
    inside = shapely.contains_xy(polygons[which], xy[:, 0], xy[:, 1])
    return xy[inside], faces[which[inside]]


def _make_flats(rng: np.random.Generator, ground: Ground, inner: Geometries, urban: Flags) -> tuple[Floats, Ints, Ints]:
    """Share a community's households among the stairwells of its residential blocks; the rest is shops and parks."""
    town = np.flatnonzero((ground.village >= 0) & urban[np.maximum(ground.village, 0)] & ~shapely.is_empty(inner))
    # A community in the open country is built over around its middle only.
    away = np.hypot(*(ground.mesh.centre[town] - ground.sites.xy[ground.village[town]]).T)
    reach_m = np.where(
        ground.hamlets.village_households[ground.village[town]] > 1000, URBAN_REACH_M, 0.4 * URBAN_REACH_M
    )
    town = town[away < reach_m]
    residential = make_noise(rng, (900.0, 320.0))(ground.mesh.centre[town]) + rng.normal(0.0, 0.2, len(town)) > -0.28
    xy, face = _make_rows(inner, town[residential], _FLATS_EVERY_M)
    village = ground.village[face]
    storeys = rng.choice([1.0, 1.5, 2.5], p=[0.55, 0.3, 0.15], size=len(face))
    wished = ground.hamlets.village_households[village]
    share = storeys / np.bincount(village, storeys, len(urban))[village]
    return xy, face, np.maximum(2, np.round(share * wished)).astype(np.int64)
