"""What the coordinates of a file mean: as declared, else as the file says, never guessed in silence."""

import numpy as np
import shapely
from pyproj import CRS

from gridmap.domain.datum import AnyDatum, Datum, Floats, find_datum, to_storage
from gridmap.domain.location import AreaSet
from gridmap.errors import InputError


def find_file_datum(
    crs: str | None, declared: str | None, name: str, *, is_table: bool, notes: list[str], option: str = "--datum"
) -> AnyDatum:
    if declared is not None:
        return find_datum(declared)
    if is_table:
        notes.append(
            f"coordinates of {name} are taken as CGCS2000 (or WGS-84, which differs by centimetres): "
            f"say {option} if they are not"
        )
        return Datum.CGCS2000
    if crs is None:
        names = ", ".join(Datum)
        raise InputError(f"{name} does not say its coordinate system. Say it with {option}: {names} or EPSG:<number>.")
    found = CRS.from_user_input(crs)
    if found.to_string() in {"OGC:CRS84", "EPSG:4326", "EPSG:4490"}:
        return find_datum("wgs84")
    code = found.to_epsg()
    if code is None:
        raise InputError(f"{name} has a coordinate system without EPSG code ({found.name}). Say it with {option}.")
    return find_datum(f"EPSG:{code}")


def move_to_storage(x: Floats, y: Floats, datum: AnyDatum, crs: str | None) -> tuple[Floats, Floats]:
    if crs is not None and isinstance(datum, Datum):
        code = CRS.from_user_input(crs).to_epsg()
        if code is not None and CRS.from_user_input(crs).is_projected:
            x, y = to_storage(x, y, find_datum(f"EPSG:{code}"))
    return to_storage(x, y, datum)


def check_not_swapped(x: Floats, y: Floats, areas: AreaSet, datum: AnyDatum, name: str) -> None:
    if not isinstance(datum, Datum):
        return
    straight, swapped = find_share_near(x, y, areas), find_share_near(y, x, areas)
    if swapped > 0.5 and straight < 0.1:
        raise InputError(
            f"{name}: longitude and latitude look exchanged: {swapped:.0%} of the points lie near the areas the other "
            f"way round, {straight:.0%} this way. Exchange --lon-column and --lat-column."
        )


def find_share_near(x: Floats, y: Floats, areas: AreaSet) -> float:
    """Give the share of the points that lie within half a degree of the extent of the areas."""
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any():
        return 0.0
    west, south, east, north = shapely.total_bounds(areas.geometries) + np.array([-0.5, -0.5, 0.5, 0.5])
    x, y = x[finite], y[finite]
    return float(np.mean((x >= west) & (x <= east) & (y >= south) & (y <= north)))
