"""The drawing plane of the generator: metres, an affine image of longitude and latitude.

An affine plane is used instead of a Gauss-Kruger zone because straight lines must stay straight on the way to
EPSG:4490:
a point put on an edge in the plane is then still on that edge after the change, so shared borders stay shared. Its
scale is
wrong by at most 0.5 % inside the county, which a simulated inside can bear. Nothing is measured with it afterwards.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Geometries = npt.NDArray[Any]
Texts = npt.NDArray[np.object_]

ORIGIN_LON = 118.83
ORIGIN_LAT = 37.0
METRES_PER_DEGREE_LAT = 110_990.0
METRES_PER_DEGREE_LON = 111_320.0 * math.cos(math.radians(ORIGIN_LAT))
DEGREE_GRID = 1e-7
"""Stored coordinates are multiples of this (about 1 cm)."""


def make_plane_xy(lonlat: Floats) -> Floats:
    """Turn lon/lat degrees, shape (n, 2), into plane metres x, y."""
    return np.column_stack(
        ((lonlat[:, 0] - ORIGIN_LON) * METRES_PER_DEGREE_LON, (lonlat[:, 1] - ORIGIN_LAT) * METRES_PER_DEGREE_LAT)
    )


def make_lonlat(xy: Floats) -> Floats:
    """Turn plane metres, shape (n, 2), into lon/lat degrees rounded to the stored grid."""
    lonlat = np.column_stack(
        (xy[:, 0] / METRES_PER_DEGREE_LON + ORIGIN_LON, xy[:, 1] / METRES_PER_DEGREE_LAT + ORIGIN_LAT)
    )
    rounded: Floats = np.round(lonlat, 7)
    return rounded


def make_plane_geometries(geometries: Geometries) -> Geometries:
    """Move lon/lat geometries into the plane."""
    moved: Geometries = shapely.transform(geometries, make_plane_xy)
    return moved


def make_lonlat_geometries(geometries: Geometries) -> Geometries:
    """Move plane geometries to lon/lat, rounded to the stored grid."""
    moved: Geometries = shapely.transform(geometries, make_lonlat)
    return moved


def find_field_angle(xy: Floats) -> Floats:
    """Return the direction of the field strips at each place, radians from the east-west line.

    Fields and houses of the plain are laid out nearly to the compass and turn slowly from one part of the county to
    another.
    """
    x, y = xy[:, 0] / 1000.0, xy[:, 1] / 1000.0
    angle: Floats = np.radians(
        -5.0 + 5.0 * np.sin(x / 7.3 + 0.6) + 4.0 * np.cos(y / 9.1 - 0.4) + 2.5 * np.sin((x + y) / 4.7)
    )
    return angle


def make_noise(rng: np.random.Generator, wavelengths_m: tuple[float, ...], waves: int = 4) -> Any:
    """Return a smooth function (n, 2) -> (n,) in about [-1, 1], a sum of plane waves; shorter waves weigh less."""
    count = len(wavelengths_m) * waves
    turn = rng.uniform(0.0, 2.0 * math.pi, count)
    phase = rng.uniform(0.0, 2.0 * math.pi, count)
    length = np.repeat(np.asarray(wavelengths_m), waves)
    weight = length / length.sum() * 1.6

    def noise(xy: Floats) -> Floats:
        along = xy[:, :1] * np.cos(turn) + xy[:, 1:] * np.sin(turn)
        value: Floats = (np.sin(2.0 * math.pi * along / length + phase) * weight).sum(axis=1)
        return value

    return noise
