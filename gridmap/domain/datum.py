"""Datums: what a pair of coordinates means, and its way to the storage CRS, CGCS2000 (EPSG:4490).

GCJ-02 is the shifted datum of AMap, Tencent and most phone apps; BD-09 is Baidu's, a second shift on top of it. Neither
has a published definition. The formula is the approximation that every open implementation shares; BD-09 the one of
Baidu's own published conversion. `gridmap/storage/migrations/0005_location.sql` holds the same rule; a test holds both
to the same answers.
"""

from enum import StrEnum
from functools import lru_cache
from typing import NewType, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from gridmap.errors import InputError

Floats = NDArray[np.float64]
EpsgCode = NewType("EpsgCode", int)
Shape = TypeVar("Shape", BaseGeometry, NDArray[np.object_])

STORAGE_SRID = EpsgCode(4490)

# The box outside which GCJ-02 is not applied (the published formula's own; it holds some of the neighbour countries).
CHINA_WEST, CHINA_EAST = 72.004, 137.8347
CHINA_SOUTH, CHINA_NORTH = 0.8293, 55.8271

_AXIS_M = 6378245.0  # Krasovsky 1940, which the published formula is written in
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_WAVE = np.pi * 3000.0 / 180.0
# Each step of the fixed point leaves under 2 % of the error before; a single step leaves up to 3.8 m, six under 1e-7 m.
_ROUNDS = 6


class Datum(StrEnum):
    """A datum that a file or a report may declare."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


AnyDatum = Datum | EpsgCode


def find_datum(text: str) -> AnyDatum:
    """Find the datum that a text names: one of `Datum`, or an EPSG code such as `EPSG:4547` or `4547`.

    Raises
    ------
    InputError
        If it names neither.
    """
    wanted = text.strip().lower()
    if wanted in {"wgs-84", "epsg:4326", "4326"}:
        return Datum.WGS84
    if wanted in {"epsg:4490", "4490"}:
        return Datum.CGCS2000
    if wanted in {"gcj-02", "bd-09"}:
        wanted = wanted.replace("-", "")
    if wanted in set(Datum):
        return Datum(wanted)
    digits = wanted.removeprefix("epsg:")
    if digits.isascii() and digits.isdigit():
        code = EpsgCode(int(digits))
        _check_crs(code)
        return code
    names = ", ".join(Datum)
    raise InputError(f"Unknown datum {text!r}: give one of {names}, or an EPSG code such as EPSG:4547.")


def to_storage(lon: ArrayLike, lat: ArrayLike, datum: AnyDatum) -> tuple[Floats, Floats]:
    """Bring coordinates of a datum to CGCS2000 longitude and latitude (EPSG:4490).

    WGS-84 and CGCS2000 differ by centimetres and are taken as one. NaN stays NaN. New arrays, the input is not changed.

    Parameters
    ----------
    lon, lat
        Degrees, any equal shapes; for a projected EPSG code x (east) and y (north) in its unit.
    datum
        What they mean.

    Returns
    -------
    Longitude and latitude in degrees, the shape of the input, float64.

    Raises
    ------
    InputError
        If the EPSG code is unknown.
    """
    east, north = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    if datum == Datum.GCJ02:
        return gcj02_to_wgs84(east, north)
    if datum == Datum.BD09:
        return bd09_to_wgs84(east, north)
    if isinstance(datum, Datum):
        return east, north
    x, y = _make_transformer(datum).transform(east, north)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def from_storage(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """Bring CGCS2000 longitude and latitude (EPSG:4490, degrees) to another datum; the inverse of `to_storage`."""
    east, north = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    if datum == Datum.GCJ02:
        return wgs84_to_gcj02(east, north)
    if datum == Datum.BD09:
        return wgs84_to_bd09(east, north)
    return east, north


def geometry_to_storage(geometry: Shape, datum: AnyDatum) -> Shape:
    """Bring a geometry, or an array of geometries, of a datum to CGCS2000 (EPSG:4490), vertex by vertex. A copy."""

    def move(coordinates: Floats) -> Floats:
        return np.column_stack(to_storage(coordinates[:, 0], coordinates[:, 1], datum))

    return shapely.transform(geometry, move)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to GCJ-02; points outside the box of China stay as they are."""
    inside = is_in_china(lon, lat)
    d_lon, d_lat = _gcj02_offset(*_keep_inside(lon, lat, inside))
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Take the shift of GCJ-02 off again, by iteration; points outside the box of China stay as they are.

    The round trip is under 1e-6 m, but for the kilometre at the edge of the box, where the forward shift crosses it.
    """
    inside = is_in_china(lon, lat)
    w_lon, w_lat = _take_off_gcj02(*_keep_inside(lon, lat, inside))
    return np.where(inside, w_lon, lon), np.where(inside, w_lat, lat)


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees to BD-09; points outside the box of China stay as they are."""
    inside = is_in_china(lon, lat)
    d_lon, d_lat = _gcj02_offset(*_keep_inside(lon, lat, inside))
    b_lon, b_lat = gcj02_to_bd09(lon + d_lon, lat + d_lat)
    return np.where(inside, b_lon, lon), np.where(inside, b_lat, lat)


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Take both shifts of BD-09 off again, by iteration; points outside the box of China stay as they are."""
    inside = is_in_china(lon, lat)
    w_lon, w_lat = _take_off_gcj02(*bd09_to_gcj02(*_keep_inside(lon, lat, inside)))
    return np.where(inside, w_lon, lon), np.where(inside, w_lat, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift GCJ-02 degrees to BD-09, wherever they are (Baidu's published conversion)."""
    radius = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Take Baidu's shift off again. The published inverse is up to 0.9 m off its own forward; this one iterates."""
    g_lon, g_lat = lon - 0.0065, lat - 0.006
    for _ in range(_ROUNDS):
        b_lon, b_lat = gcj02_to_bd09(g_lon, g_lat)
        g_lon, g_lat = g_lon + (lon - b_lon), g_lat + (lat - b_lat)
    return g_lon, g_lat


def is_in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which points lie in the box, edges included, in which GCJ-02 is applied. NaN does not."""
    return (lon >= CHINA_WEST) & (lon <= CHINA_EAST) & (lat >= CHINA_SOUTH) & (lat <= CHINA_NORTH)


def _keep_inside(lon: Floats, lat: Floats, inside: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Put a harmless place for points outside the box: the formula overflows near the poles."""
    return np.where(inside, lon, 105.0), np.where(inside, lat, 35.0)


def _take_off_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    w_lon, w_lat = lon, lat
    for _ in range(_ROUNDS):
        d_lon, d_lat = _gcj02_offset(w_lon, w_lat)
        w_lon, w_lat = lon - d_lon, lat - d_lat
    return w_lon, w_lat


def _gcj02_offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Give GCJ-02 minus WGS-84, in degrees, at WGS-84 places."""
    x, y = lon - 105.0, lat - 35.0
    pi = np.pi
    waves = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north_m += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east_m += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(np.radians(lat)) ** 2
    root = np.sqrt(magic)
    d_lat = north_m * 180.0 / ((_AXIS_M * (1.0 - _ECCENTRICITY_2)) / (magic * root) * pi)
    d_lon = east_m * 180.0 / (_AXIS_M / root * np.cos(np.radians(lat)) * pi)
    return d_lon, d_lat


def _check_crs(code: EpsgCode) -> None:
    try:
        CRS.from_epsg(code)
    except CRSError as error:
        raise InputError(f"EPSG:{code} is no coordinate system that PROJ knows: check the number.") from error


@lru_cache(maxsize=16)
def _make_transformer(code: EpsgCode) -> Transformer:
    _check_crs(code)
    return Transformer.from_crs(code, STORAGE_SRID, always_xy=True)
