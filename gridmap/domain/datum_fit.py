"""Which datum makes a file of areas fit the known outline of the county.

A label proves nothing: of three township sets that said EPSG:4326 one was GCJ-02. A county of 30 km still covers 96 %
of its outline when it is shifted by 500 m, so overlap alone decides little, and nothing for a file of one township.
What decides is the edge: under the right datum the outer edge of the file runs along the outline, under a wrong one it
crosses it or runs beside it. Where the file touches the outline nowhere, only the share that falls outside speaks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.domain.datum import Datum, Floats, to_storage
from gridmap.domain.zone import find_central_meridian, find_measure_transformer

ToMetres = Callable[[Floats, Floats], tuple[Floats, Floats]]

# WGS-84 and CGCS2000 are one here; the others are what reports and files of the country come in.
CANDIDATES = (Datum.CGCS2000, Datum.GCJ02, Datum.BD09)

_EDGE_TOLERANCE_M = 100.0  # outlines are generalised: 1:250,000 is good for some tens of metres
_SAMPLES = 4000
# How much better than the declared datum another must fit before anyone is asked.
_CLEAR_EDGE_GAIN = 0.05
_CLEAR_EDGE_RATIO = 2.0
_CLEAR_OUTSIDE_GAIN = 0.02


@dataclass(frozen=True)
class DatumFit:
    """How a file fits the outline under one datum; shares are 0 to 1."""

    datum: Datum
    edge_share: float
    """How much of the file's outer edge runs along the outline; 1 at no distance, fading to 0 over some 200 m."""
    outside_share: float
    """How much of the file's area falls outside the outline."""
    edge_distance_m: float
    """Median distance from the file's outer edge to the outline, of the part that is within 3 km."""


def guess_datum(geometries: NDArray[np.object_] | Iterable[BaseGeometry], outline: BaseGeometry) -> list[DatumFit]:
    """Measure how areas fit the county outline under each datum, best first.

    Parameters
    ----------
    geometries
        Polygons with the coordinates as the file has them, degrees. Valid ones; None and empty are left out.
    outline
        The county, CGCS2000 (EPSG:4490).

    Returns
    -------
    One fit for each of `CANDIDATES` (CGCS2000 stands for WGS-84 too), best first; none when nothing can be measured.
    """
    shapes = np.asarray(geometries, dtype=object)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(shapes) == 0 or outline.is_empty:
        return []
    to_m = find_measure_transformer(find_central_meridian(outline.centroid.x)).transform

    county_m = shapely.make_valid(shapely.transform(outline, partial(_move, datum=Datum.CGCS2000, to_m=to_m)))
    edge_m = shapely.boundary(county_m)
    shapely.prepare(edge_m)
    union = shapely.union_all(shapes)
    rings = [shapely.get_exterior_ring(part) for part in shapely.get_parts(union) if part.geom_type == "Polygon"]
    if not rings:
        return []
    total_deg = float(np.sum(shapely.length(rings)))
    edge = shapely.segmentize(np.asarray(rings, dtype=object), max(total_deg / _SAMPLES, 1e-9))
    lengths_deg, places = _list_pieces(edge)
    fits = []
    for datum in CANDIDATES:
        points_m = _move(places, datum=datum, to_m=to_m)
        distance_m = np.asarray(shapely.distance(edge_m, shapely.points(points_m)), dtype=np.float64)
        near = distance_m <= 3000.0
        closeness = np.exp(-((distance_m / _EDGE_TOLERANCE_M) ** 2))
        moved = shapely.transform(union, partial(_move, datum=datum, to_m=to_m))
        moved = shapely.make_valid(moved)
        outside_m2 = shapely.area(shapely.difference(moved, county_m))
        fits.append(
            DatumFit(
                datum=datum,
                edge_share=float(np.average(closeness, weights=lengths_deg)),
                outside_share=float(outside_m2 / max(float(shapely.area(moved)), 1e-9)),
                edge_distance_m=float(np.median(distance_m[near])) if near.any() else float("nan"),
            )
        )
    # The edge decides where there is one; inside the county only what falls outside can speak.
    touches = max(fit.edge_share for fit in fits) >= _CLEAR_EDGE_GAIN
    return sorted(fits, key=lambda fit: (-fit.edge_share if touches else 0.0, fit.outside_share))


def find_better_datum(fits: Sequence[DatumFit], declared: Datum) -> DatumFit | None:
    """Find the datum that fits clearly better than the declared one; None when there is no clearly better one."""
    same = Datum.CGCS2000 if declared == Datum.WGS84 else declared
    own = next((fit for fit in fits if fit.datum == same), None)
    if own is None or fits[0] is own:
        return None
    best = fits[0]
    by_edge = best.edge_share - own.edge_share
    is_along = by_edge > _CLEAR_EDGE_GAIN and best.edge_share > _CLEAR_EDGE_RATIO * own.edge_share
    by_outside = own.outside_share - best.outside_share
    is_clear = is_along or (by_edge > -_CLEAR_EDGE_GAIN / 2 and by_outside > _CLEAR_OUTSIDE_GAIN)
    return best if is_clear else None


def _move(coordinates: Floats, *, datum: Datum, to_m: ToMetres) -> Floats:
    lon, lat = to_storage(coordinates[:, 0], coordinates[:, 1], datum)
    return np.column_stack(to_m(lon, lat))


def _list_pieces(lines: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Give the length (degrees) and the middle of each piece of the lines: even samples whatever the vertices are."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    start, end = xy[:-1][together], xy[1:][together]
    return np.hypot(*(end - start).T), (start + end) / 2
