"""Pull a crooked border taut: fewer, longer, straight lines, and every household stays on its side."""

import numpy as np
import shapely

from gridmap.domain.divide.chord import CURVATURE
from gridmap.domain.divide.lines import MARGIN_M
from gridmap.domain.divide.plane import Floats, Shapes, make_points


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
    points = make_points(sites)
    kept = [0]
    while kept[-1] < len(places) - 1:
        here = kept[-1]
        for there in range(len(places) - 1, here, -1):
            if there == here + 1 or _is_free(places[here : there + 1], whole, border, sites, points):
                kept.append(there)
                break
    taut = shapely.LineString(places[kept])
    return taut if taut.is_simple else line


def _is_free(stretch: Floats, whole: shapely.Polygon, border: shapely.Geometry, sites: Floats, points: Shapes) -> bool:
    straight = shapely.LineString(stretch[[0, -1]])
    if straight.length < 4 * MARGIN_M:
        return False
    # The ends may lie on the outline; what is between them keeps off it.
    inner = shapely.LineString(
        [straight.interpolate(2 * MARGIN_M), straight.interpolate(straight.length - 2 * MARGIN_M)]
    )
    if not whole.contains(inner) or shapely.distance(border, inner) < MARGIN_M / 10:
        return False
    # Even-odd: exactly the places that the exchange would bring to the other side.
    if shapely.contains_xy(shapely.Polygon(stretch), sites[:, 0], sites[:, 1]).any():
        return False
    margin = max(MARGIN_M, CURVATURE * straight.length**2)
    return not bool((shapely.distance(straight, points) < margin).any())
