"""The plane that plans are made in: metres of the measuring zone, on a lattice of a thousandth of a millimetre."""

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]

QUANTUM_M = 1e-6
"""Every vertex is rounded to it once. Files with seven decimals of a degree resolve about 1 cm."""
SNAP_M = 0.01
"""A new node that comes closer than this to a vertex of the same border is that vertex."""


def round_to_lattice(xy: Floats) -> Floats:
    """Round coordinates in metres to the lattice; the same way as GEOS rounds with this grid size."""
    return np.round(xy * _PER_M) / _PER_M


_PER_M = round(1 / QUANTUM_M)


def make_keys(xy: Floats) -> Ints:
    """Return the whole lattice numbers of coordinates; equal points have equal keys."""
    return np.rint(xy * _PER_M).astype(np.int64)


def find_ring_area(ring: Floats) -> float:
    """Return the signed area in m2 of a ring given without its repeated last point; counter-clockwise is positive."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(np.roll(x, -1), y)) / 2


def find_ring_length(ring: Floats) -> float:
    """Return the length in m of a ring given without its repeated last point."""
    step = np.roll(ring, -1, axis=0) - ring
    return float(np.hypot(step[:, 0], step[:, 1]).sum())


def make_points(xy: Floats) -> Shapes:
    """Make points of coordinates of shape (n, 2)."""
    return np.asarray(shapely.points(xy), dtype=object).reshape(-1)


def make_lines(ends: Floats) -> Shapes:
    """Make straight lines of coordinates of shape (n, 2, 2)."""
    return np.asarray(shapely.linestrings(ends), dtype=object).reshape(-1)
