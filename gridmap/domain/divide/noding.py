"""Areas that fit each other: neighbours have the same vertices along their common border."""

import numpy as np
import shapely

from gridmap.domain.divide.plane import Shapes
from gridmap.domain.location.areas import AreaSet, make_area_set
from gridmap.domain.location.covering import AreaIndex

_GRID_DEG = 1e-9


def node_areas(areas: AreaSet) -> tuple[Shapes, bool]:
    """Make the outlines of areas a valid coverage: vertices of one neighbour on the border of the other become common.

    Land of two areas goes to the lower code; land of none stays of none.

    Returns
    -------
    The outlines in the order of the set, and whether anything had to be done.
    """
    if shapely.coverage_is_valid(areas.geometries):
        return areas.geometries, False
    net = shapely.union_all(shapely.boundary(areas.geometries), grid_size=_GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    area = AreaIndex(areas).find_covering(inside[:, 0].copy(), inside[:, 1].copy()).area
    outlines = np.empty(len(areas), dtype=object)
    for number in range(len(areas)):
        own = faces[area == number]
        outlines[number] = shapely.coverage_union_all(own) if len(own) else areas.geometries[number]
    # What lay wholly under a lower code has no land left; refuse it where it can be named.
    lost = [str(areas.codes[number]) for number in range(len(areas)) if not (area == number).any()]
    if lost:
        from gridmap.errors import InputError

        raise InputError(
            "{n} areas lie wholly under others, the first is {first}. Correct --within.", n=len(lost), first=lost[0]
        )
    return make_area_set([str(code) for code in areas.codes], outlines).geometries, True
