"""Pull a crooked border taut: fewer, longer, straight lines, and every household stays on its side."""

import math

import numpy as np
import shapely

from gridmap.domain.divide.chord import CURVATURE
from gridmap.domain.divide.lines import MARGIN_M
from gridmap.domain.divide.plane import Bools, Floats, Shapes


def find_border(left: shapely.Polygon, right: shapely.Polygon) -> Shapes:
    """Find the lines along which two polygons of a noded coverage touch."""
    shared = shapely.line_merge(shapely.intersection(left.boundary, right.boundary))
    lines = shapely.get_parts(shared)
    return np.asarray(lines[shapely.get_type_id(lines) == 1])


def pull_taut(line: shapely.LineString, whole: shapely.Polygon, sites: Floats) -> shapely.LineString:
    """Replace stretches of a line by straight ones while no site changes side and the outline is not touched.

    Parameters
    ----------
    line
        From one border point of `whole` to another, inside it in between.
    sites
        Places that must stay on their side, shape (n, 2), m.

    Returns
    -------
    A line through some of the vertices, with the same ends; the given one where nothing can be gained.
    """
    places = shapely.get_coordinates(line)
    if len(places) < 3:
        return line
    border = whole.boundary
    shapely.prepare(whole)
    kept = [0]
    while kept[-1] < len(places) - 1:
        here = kept[-1]
        clear = here + 1 + np.flatnonzero(_is_clear(places[here], places[here + 1 :], sites))
        # The next vertex is where it was; sites may lie close to what runs there already.
        longer = (there for there in clear[::-1].tolist() if there > here + 1)
        kept.append(next((t for t in longer if _is_free(places[here : t + 1], whole, border, sites)), here + 1))
    taut = shapely.LineString(places[kept])
    return taut if taut.is_simple else line


def _is_clear(start: Floats, ends: Floats, sites: Floats) -> Bools:
    """Tell which straight lines from a place keep their distance from all sites, and are long enough."""
    way = ends - start
    length = np.hypot(way[:, 0], way[:, 1])
    margin = np.maximum(MARGIN_M, CURVATURE * length**2)
    x, y = (sites - start).T
    share = (way[:, 0:1] * x + way[:, 1:2] * y) / np.maximum(length**2, 1e-12)[:, None]
    np.clip(share, 0.0, 1.0, out=share)
    away2 = (share * way[:, 0:1] - x) ** 2 + (share * way[:, 1:2] - y) ** 2
    return np.asarray((length >= 4 * MARGIN_M) & (away2 >= (margin**2)[:, None]).all(axis=1))


def _is_free(stretch: Floats, whole: shapely.Polygon, border: shapely.Geometry, sites: Floats) -> bool:
    start, end = stretch[0], stretch[-1]
    inset = 2 * MARGIN_M / math.dist(start.tolist(), end.tolist()) * (end - start)
    # The ends may lie on the outline; what is between them keeps off it.
    inner = shapely.linestrings(np.stack([start + inset, end - inset]))
    if not shapely.contains(whole, inner) or shapely.distance(border, inner) < MARGIN_M / 10:
        return False
    # Even-odd: exactly the places that the exchange would bring to the other side.
    west, south = stretch.min(axis=0)
    east, north = stretch.max(axis=0)
    near = sites[(sites[:, 0] >= west) & (sites[:, 0] <= east) & (sites[:, 1] >= south) & (sites[:, 1] <= north)]
    return not len(near) or not shapely.contains_xy(shapely.polygons(stretch), near[:, 0], near[:, 1]).any()
