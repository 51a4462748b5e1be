"""Jurisdictions of a day, and who answers where none of them reaches."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.domain.areas import STORAGE_CRS
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement


def read_jurisdictions(connection: Connection, *, day: date) -> gpd.GeoDataFrame:
    """Read the jurisdictions that are valid on a day: code, unit_code, unit_type and MultiPolygons in EPSG:4490."""
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(read_statement("units/list_jurisdiction_shapes"), {"day": day}).fetchall()
    frame = pd.DataFrame([row[:-1] for row in rows], columns=["code", "unit_code", "unit_type"], dtype=object)
    shapes = shapely.from_wkb(np.array([row[-1] for row in rows], dtype=object))
    return gpd.GeoDataFrame(frame, geometry=np.asarray(shapes, dtype=object), crs=STORAGE_CRS)


def list_stand_ins(connection: Connection, *, day: date, generation_id: int | None) -> list[tuple[str, bool, int, int]]:
    """List who answers off the jurisdictions of a type: type, whether a county unit, how many of how many townships."""
    values = {"day": day, "generation_id": generation_id}
    rows = connection.execute(read_statement("units/list_stand_ins"), values)
    return [(row[0], row[1], row[2], row[3]) for row in rows]
