"""The measuring zone: in which plane metres are counted.

CGCS2000 3-degree Gauss-Kruger without zone prefix (EPSG:4534 to 4554, central meridians 75 to 135 degrees east), the
one of the county. Chosen here and nowhere else.
"""

import math
from functools import lru_cache

from pyproj import CRS, Transformer

from gridmap.domain.datum import STORAGE_SRID
from gridmap.errors import InputError

FIRST_SRID = 4534
FIRST_MERIDIAN_DEG = 75
LAST_MERIDIAN_DEG = 135
_WIDTH_DEG = 3


def find_measure_srid(lon: float) -> int:
    """Find the EPSG code of the zone of a place.

    Parameters
    ----------
    lon
        Degrees east, CGCS2000. A zone reaches 1.5 degrees to both sides of its meridian; a place exactly between two
        belongs to the eastern one (118.5 to the zone of 120).

    Returns
    -------
    4534 to 4554.

    Raises
    ------
    InputError
        If the place is west of 73.5 or not west of 136.5: EPSG has no zone there, China none either.
    """
    meridian = find_central_meridian(lon)
    if not FIRST_MERIDIAN_DEG <= meridian <= LAST_MERIDIAN_DEG:
        raise InputError(
            f"Longitude {lon:g} is outside the CGCS2000 zones (73.5 to 136.5 degrees east). "
            "Check that longitude and latitude are not exchanged and that the coordinates are degrees."
        )
    return FIRST_SRID + (meridian - FIRST_MERIDIAN_DEG) // _WIDTH_DEG


def find_central_meridian(lon: float) -> int:
    """Find the meridian, in whole degrees, of the 3-degree zone of a place anywhere on earth."""
    if not -180.0 <= lon <= 180.0:
        raise InputError(f"Longitude {lon!r} is not between -180 and 180 degrees.")
    return math.floor((lon + _WIDTH_DEG / 2) / _WIDTH_DEG) * _WIDTH_DEG


def find_measure_crs(lon: float) -> CRS:
    """Find the measuring CRS of a place: the EPSG zone, or outside China the same projection on its own meridian."""
    meridian = find_central_meridian(lon)
    if FIRST_MERIDIAN_DEG <= meridian <= LAST_MERIDIAN_DEG:
        return CRS.from_epsg(find_measure_srid(lon))
    return CRS.from_proj4(f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m")


@lru_cache(maxsize=32)
def find_measure_transformer(meridian_deg: int) -> Transformer:
    """Find the transformer from CGCS2000 degrees (lon, lat) to metres (x east, y north) of a central meridian."""
    return Transformer.from_crs(STORAGE_SRID, find_measure_crs(float(meridian_deg)), always_xy=True)
