"""The order in which the grids of an area are numbered."""

import numpy as np

from gridmap.domain.divide.plane import Floats, Ints
from gridmap.errors import InputError

LAST_NUMBER = 999


def find_reading_order(centre: Floats, area_m2: Floats) -> Ints:
    """Find the order of grids as one reads a page: rows from north to south, in a row from west to east.

    A row takes in all grids whose middle is less than half a grid's height south of its northernmost one (the height
    of a square of the mean size). Rule: grid codes run from left to right and from top to bottom (CJ/T 349).

    Parameters
    ----------
    centre
        Middles in m, shape (n, 2).
    area_m2
        Sizes.
    """
    by_north = np.lexsort((centre[:, 0], -centre[:, 1]))
    height = float(np.sqrt(area_m2.mean())) if len(area_m2) else 0.0
    order: list[int] = []
    row: list[int] = []
    for grid in by_north.tolist():
        if row and centre[row[0], 1] - centre[grid, 1] > height / 2:
            order += sorted(row, key=lambda i: (centre[i, 0], -centre[i, 1], i))
            row = []
        row.append(grid)
    order += sorted(row, key=lambda i: (centre[i, 0], -centre[i, 1], i))
    return np.array(order, dtype=np.int64)


def make_code(area_code: str, number: int) -> str:
    """Make the code of a grid: the code of its area and three digits.

    Raises
    ------
    InputError
        If three digits are not enough.
    """
    if not 1 <= number <= LAST_NUMBER:
        raise InputError(
            "Area {area} would need a grid number {number}, and a code has room for {last}: raise --target, or divide "
            "the area first.",
            area=area_code,
            number=number,
            last=LAST_NUMBER,
        )
    return f"{area_code}{number:03d}"
