"""COPY of frames: the quick way in, in PostgreSQL's text format."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from psycopg.sql import SQL, Identifier

from gridmap.domain.areas import STORAGE_SRID
from gridmap.storage.database import Connection

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BLOCK_ROWS = 20_000


def make_hex_wkb(shapes: NDArray[np.object_]) -> list[str]:
    """Make the text form of geometries that PostGIS reads, stamped with the storage CRS (EPSG:4490)."""
    stamped = shapely.set_srid(shapes, STORAGE_SRID)
    return [str(text) for text in shapely.to_wkb(stamped, hex=True, include_srid=True, output_dimension=2)]


def make_cells(column: Iterable[object]) -> list[str]:
    """Make the COPY text of a column: none and NaN are NULL, booleans t and f, whole floats without a point."""
    return [_make_cell(cell) for cell in column]


def copy_rows(connection: Connection, *, table: str, columns: Sequence[str], cells: Sequence[list[str]]) -> int:
    """Copy columns of cell texts into a table, and give the number of rows. The names come from our own code."""
    target = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    count = len(cells[0]) if cells else 0
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for start in range(0, count, _BLOCK_ROWS):
            block = [column[start : start + _BLOCK_ROWS] for column in cells]
            copy.write("".join(["\t".join(row) + "\n" for row in zip(*block, strict=True)]))
    return count


def _make_cell(cell: object) -> str:
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return "\\N"
    if isinstance(cell, (bool, np.bool_)):
        return "t" if cell else "f"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).translate(_ESCAPES)
