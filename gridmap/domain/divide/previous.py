"""The former grids that a division goes on from, and whether they are of the areas that are divided."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Transformer

from gridmap.domain.divide.plane import Shapes
from gridmap.domain.divide.task import PreviousGrid
from gridmap.errors import InputError

_SAME_PLACE_SHARE = 0.25
"""Share of the former land of an area that lies in it at least; below, the shapes are of another place."""
_OVERLAP_SHARE = 0.05
_TOUCH_SHARE = 1e-6


@dataclass(frozen=True, eq=False)
class Previous:
    """The former grids, in CGCS2000 degrees, and the codes of those that stay as they are."""

    codes: list[str]
    shapes: Shapes
    keep: frozenset[str] = frozenset()


def group_previous(
    previous: Previous | None, codes: list[str], outlines: Shapes, transformer: Transformer
) -> tuple[list[list[PreviousGrid]], list[str]]:
    """Give each area the former grids whose codes begin with its own.

    Parameters
    ----------
    codes, outlines
        Of the areas, degrees.

    Returns
    -------
    The former grids of each area by rising code, and the codes of those that are left out: of no area that is divided,
    or with no land in theirs any more.

    Raises
    ------
    InputError
        If no former grid is of any of the areas, those of an area lie elsewhere or on top of each other, one has no
        polygon, or one that is to stay has no area or no land in it.
    """
    groups: list[list[PreviousGrid]] = [[] for _ in codes]
    if previous is None:
        return groups, []
    shapes = np.asarray(previous.shapes, dtype=object)
    blank = [code for code, area in zip(previous.codes, shapely.area(shapes), strict=True) if not area > 0]
    if blank:
        raise InputError("Former grid {grid} has no polygon: correct --previous.", grid=blank[0])
    at = {code: i for i, code in enumerate(codes)}
    left_out: list[str] = []
    by_area: list[list[tuple[str, shapely.Geometry]]] = [[] for _ in codes]
    for code, shape in sorted(zip(previous.codes, shapes, strict=True), key=lambda pair: pair[0]):
        area = at.get(code[:12])
        if area is None:
            left_out.append(code)
        else:
            by_area[area].append((code, shape))
    if previous.codes and not any(by_area):
        raise InputError(
            "None of the {n} former grids is of an area that is divided: {grid} is of area {area}, and the first area "
            "is {first}. Name the right --previous.",
            n=len(previous.codes),
            grid=previous.codes[0],
            area=previous.codes[0][:12],
            first=codes[0],
        )
    for area, own in enumerate(by_area):
        for code, shape in _list_inside(codes[area], outlines[area], own):
            plane = shapely.transform(
                shape, lambda places: np.stack(transformer.transform(places[:, 0], places[:, 1]), axis=1)
            )
            groups[area].append(PreviousGrid(code, plane, shape, code in previous.keep))
        kept = {grid.code for grid in groups[area]}
        left_out += [code for code, _ in own if code not in kept]
    lost = sorted(previous.keep & set(left_out))
    if lost:
        raise InputError(
            "Former grid {grid} is to stay as it is, but has no land in an area that is divided: take it out of "
            "--keep, or correct the areas.",
            grid=lost[0],
        )
    return groups, sorted(left_out)


def _list_inside(
    area_code: str, outline: shapely.Geometry, own: list[tuple[str, shapely.Geometry]]
) -> list[tuple[str, shapely.Geometry]]:
    """List the former grids that have land in their area."""
    if not own:
        return []
    shapes = np.array([shape for _, shape in own], dtype=object)
    shapely.prepare(outline)
    size = shapely.area(shapes)
    is_within = shapely.covers(outline, shapes)
    inside = size.copy()
    repaired = shapely.make_valid(shapes[~is_within])
    inside[~is_within] = shapely.area(shapely.intersection(repaired, outline))
    if inside.sum() < _SAME_PLACE_SHARE * size.sum():
        raise InputError(
            "The former grids of area {area} lie elsewhere: {share:.0%} of their land is in it. Check the datum of "
            "--previous, and that its codes are those of today's areas.",
            area=area_code,
            share=float(inside.sum() / size.sum()),
        )
    if (share := inside.sum() / shapely.area(outline)) > 1 + _OVERLAP_SHARE:
        raise InputError(
            "The former grids of area {area} overlap: together they have {share:.0%} of its land. Correct --previous.",
            area=area_code,
            share=float(share),
        )
    return [grid for grid, here, whole in zip(own, inside, size, strict=True) if here > _TOUCH_SHARE * whole]
