"""The rows of a layer, for files."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.domain.areas import STORAGE_CRS
from gridmap.domain.export import ExportFilter, list_statuses
from gridmap.domain.layers import Layer, LayerKind
from gridmap.storage.database import Connection
from gridmap.storage.statement import read_statement

_STATEMENTS = {
    LayerKind.AREA: "export/areas",
    LayerKind.JURISDICTION: "export/jurisdictions",
    LayerKind.FEATURE: "export/features",
    LayerKind.INCIDENT: "export/incidents",
}
_KEYS = ("area", "unit", "kind", "class", "item", "status", "lateness", "channel", "placement")


def read_layer_rows(connection: Connection, layer: Layer, chosen: ExportFilter) -> gpd.GeoDataFrame:
    """Read the rows of a layer that pass a filter.

    Returns
    -------
    GeoDataFrame
        Every column that a layer of this kind can have, and colour_slot (of the unit, None without one), as Python
        objects; geometry in EPSG:4490, None for an incident that is nowhere. Times are aware UTC.
    """
    values: dict[str, Any] = {key: list(chosen.values[key]) if key in chosen.values else None for key in _KEYS}
    values |= {
        "level": layer.source.level,
        "source_kind": layer.source.kind,
        "since": chosen.since,
        "until": chosen.until,
    }
    if layer.kind is LayerKind.INCIDENT:
        values["status"] = list_statuses(chosen.values.get("status", ()))
    with connection.cursor(binary=True) as cursor:
        cursor.execute(read_statement(_STATEMENTS[layer.kind]), values)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    shapes = shapely.from_wkb(np.array(list(frame.pop("geom")), dtype=object))
    return gpd.GeoDataFrame(frame, geometry=np.asarray(shapes, dtype=object), crs=STORAGE_CRS)
