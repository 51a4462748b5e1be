"""Areas in the database: frames in and out."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.domain.areas import AREA_COLUMNS, STORAGE_CRS, AreaLevel, GenerationId
from gridmap.storage.copy import copy_rows, make_cells, make_hex_wkb
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def insert_areas(
    connection: Connection, generation: GenerationId, areas: gpd.GeoDataFrame, *, source_datum: str
) -> int:
    """Insert areas into a generation by COPY, and give their number.

    Parameters
    ----------
    areas
        `AREA_COLUMNS` and MultiPolygons in EPSG:4490; an empty parent_code is stored as none.
    source_datum
        As declared for the file.
    """
    columns = [*AREA_COLUMNS, "generation_id", "source_datum", "geom"]
    count = len(areas)
    cells = [make_cells(areas[name]) for name in AREA_COLUMNS]
    parent = AREA_COLUMNS.index("parent_code")
    cells[parent] = [cell or "\\N" for cell in cells[parent]]
    cells += [[str(generation)] * count, make_cells([source_datum]) * count, make_hex_wkb(areas.geometry.to_numpy())]
    # geom_m is filled by the trigger; NOT NULL is checked after it.
    return copy_rows(connection, table="area", columns=columns, cells=cells)


def delete_areas(connection: Connection, generation: GenerationId, level: AreaLevel) -> int:
    """Delete the areas of one level of a draft, and give their number."""
    values = {"generation_id": generation, "level": level.value}
    return connection.execute(read_statement("areas/delete_level"), values).rowcount


def count_areas(connection: Connection, generation: GenerationId) -> dict[AreaLevel, int]:
    """Count the areas of a generation by level; levels without areas are absent."""
    rows = connection.execute(read_statement("areas/count_by_level"), {"generation_id": generation}).fetchall()
    return {AreaLevel(level): count for level, count in rows}


def read_areas(connection: Connection, generation: GenerationId, levels: Sequence[AreaLevel]) -> gpd.GeoDataFrame:
    """Read areas of some levels of a generation, ordered by level and code.

    Returns
    -------
    GeoDataFrame
        Columns id, `AREA_COLUMNS`, parent_code_by_geometry and MultiPolygons in EPSG:4490; texts are empty and
        numbers None where the database has NULL.
    """
    values = {"generation_id": generation, "levels": [level.value for level in levels]}
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(read_statement("areas/read_levels"), values).fetchall()
    names = ["id", *AREA_COLUMNS, "parent_code_by_geometry"]
    shapes = shapely.from_wkb(np.array([row[-1] for row in rows], dtype=object))
    frame = pd.DataFrame([row[:-1] for row in rows], columns=names, dtype=object)
    frame["parent_code"] = frame["parent_code"].fillna("")
    return gpd.GeoDataFrame(frame, geometry=np.asarray(shapes, dtype=object), crs=STORAGE_CRS)


def find_outline(connection: Connection, generation: GenerationId) -> BaseGeometry | None:
    """Find the county's outline in a generation: its own, or the union of the townships; None without both."""
    row = connection.execute(read_statement("areas/find_outline"), {"generation_id": generation}).fetchone()
    return None if row is None or row[0] is None else shapely.from_wkb(row[0])


def update_parents_by_geometry(connection: Connection, areas: pd.DataFrame) -> int:
    """Store the parent by geometry of areas: columns id and parent_code_by_geometry (None where there is none)."""
    values = {
        "ids": [int(number) for number in areas["id"]],
        "codes": [None if code is None else str(code) for code in areas["parent_code_by_geometry"]],
    }
    return connection.execute(read_statement("areas/update_parents_by_geometry"), values).rowcount


def update_parent_ids(
    connection: Connection, generation: GenerationId, *, level: AreaLevel, parent_level: AreaLevel
) -> int:
    """Set the parent that counts: the recorded one where it exists, else the one by geometry."""
    values = {"generation_id": generation, "level": level.value, "parent_level": parent_level.value}
    return connection.execute(read_statement("areas/update_parent_ids"), values).rowcount


def count_orphans(connection: Connection, generation: GenerationId, *, level: AreaLevel) -> int:
    """Count the areas of a level that no parent counts for."""
    values = {"generation_id": generation, "level": level.value}
    row = connection.execute(read_statement("areas/count_orphans"), values).fetchone()
    return 0 if row is None else int(row[0])
