"""GeoPackage with its style inside, so that QGIS opens it as the map shows it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio

from gridmap.domain.export import Column
from gridmap.domain.layers import Layer, LayerKind
from gridmap.storage.files.atomic import write_whole
from gridmap.storage.files.export.qml import make_qml
from gridmap.storage.files.export.typed import make_typed

_GEOMETRY = {LayerKind.AREA: "MultiPolygon", LayerKind.JURISDICTION: "MultiPolygon", LayerKind.INCIDENT: "Point"}

# The table that QGIS reads styles from (QgsProviderUtils, "layer_styles"); the default style of a layer is applied
# when it opens.
_CREATE_STYLES = """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
        f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
        useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
        update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
# A table that is not registered is no part of a GeoPackage and QGIS does not look for it.
_REGISTER_STYLES = """
    INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
    VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)
"""
_INSERT_STYLE = """
    INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD,
                              useAsDefault, description, owner)
    VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '')
"""


def write_geopackage(
    path: Path, frame: gpd.GeoDataFrame, columns: Sequence[Column], layer: Layer, *, title: str
) -> None:
    """Write a GeoPackage with one layer in EPSG:4490 and its style as the default.

    Parameters
    ----------
    frame
        The columns, colour_slot (of the unit), and geometry in EPSG:4490.
    title
        Of the layer, in the language of the file.
    """
    made = make_typed(frame, columns)
    qml = make_qml(frame, layer)
    with write_whole(path) as growing:
        kind = _GEOMETRY.get(layer.kind, "Unknown")
        # pyogrio's default names the geometry column `geom`, which the style refers to.
        pyogrio.write_dataframe(
            made,
            growing,
            layer=layer.id,
            driver="GPKG",
            geometry_type=kind,
            layer_options={"IDENTIFIER": title, "GEOMETRY_NAME": "geom"},
        )
        with closing(sqlite3.connect(growing)) as package, package:
            package.execute(_CREATE_STYLES)
            package.execute(_REGISTER_STYLES)
            package.execute(_INSERT_STYLE, [layer.id, title[:30], qml])
