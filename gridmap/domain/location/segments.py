"""The edges of polygons as flat arrays: one row per edge, with the polygon it belongs to."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.domain.datum import Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Segments:
    """Edges from (x0, y0) to (x1, y1), in the CRS of the polygons; sorted by owner.

    With outer rings counter-clockwise and holes clockwise the owner lies to the left of each.
    """

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    owner: Indices
    first: Indices
    """Of polygon i the edges are first[i] up to, not including, first[i + 1]."""


def make_segments(polygons: NDArray[np.object_]) -> Segments:
    """Make the edges of polygons and multipolygons; the owner of an edge is the position of its polygon."""
    owners_of_part = np.arange(len(polygons))
    parts, index = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same_ring = ring[1:] == ring[:-1]
    start, end = xy[:-1][same_ring], xy[1:][same_ring]
    owner = owners_of_part[index[part_of_ring[ring[:-1][same_ring]]]].astype(np.int64)
    first = np.searchsorted(owner, np.arange(len(polygons) + 1)).astype(np.int64)
    return Segments(
        np.ascontiguousarray(start[:, 0]),
        np.ascontiguousarray(start[:, 1]),
        np.ascontiguousarray(end[:, 0]),
        np.ascontiguousarray(end[:, 1]),
        owner,
        first,
    )


def expand_ranges(start: Indices, count: Indices) -> tuple[Indices, Indices]:
    """Expand ranges: for range i the values start[i] up to start[i] + count[i] - 1, with i beside each value."""
    source = np.repeat(np.arange(len(start), dtype=np.int64), count)
    before = np.cumsum(count) - count
    return source, np.arange(len(source), dtype=np.int64) - before[source] + start[source]
