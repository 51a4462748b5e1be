"""A layer as a file: what is shown, with the same filter."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from gridmap.domain.export import ExportFormat, list_columns, make_filter
from gridmap.domain.layers import Layer
from gridmap.errors import InputError
from gridmap.sentence import list_texts
from gridmap.storage.database import Database
from gridmap.storage.export import read_layer_rows
from gridmap.storage.files.export.geojson import write_geojson
from gridmap.storage.files.export.geopackage import write_geopackage
from gridmap.storage.files.export.tabular import write_csv, write_xlsx

logger = logging.getLogger(__name__)

Translate = Callable[[str], str]


def export_layer(
    database: Database,
    layer: Layer,
    path: Path,
    *,
    file_format: str,
    where: Iterable[tuple[str, str]] = (),
    title: str,
    translate: Translate,
    timezone: str,
) -> int:
    """Write the rows of a layer that pass a filter to a file, whole or not at all, and give their number.

    Parameters
    ----------
    file_format
        gpkg, geojson (names and words as in the program), csv or xlsx (in the language of the reader).
    where
        (key, value) pairs; several values of one key are alternatives.
    title
        Of the layer, in the language of the reader.
    translate
        Gives the text of a message, for headers and words of tables.
    timezone
        Of the times in tables.

    Raises
    ------
    InputError
        If the format, a key or a value of the filter is unknown.
    """
    if file_format not in set(ExportFormat):
        raise InputError("format {format} is none of {formats}.", format=file_format, formats=list_texts(ExportFormat))
    columns = list_columns(layer)
    chosen = make_filter(layer, where)
    with database.connect() as connection:
        frame = read_layer_rows(connection, layer, chosen)
    zone = ZoneInfo(timezone)
    match ExportFormat(file_format):
        case ExportFormat.GPKG:
            write_geopackage(path, frame, columns, layer, title=title)
        case ExportFormat.GEOJSON:
            write_geojson(path, frame, columns, layer)
        case ExportFormat.CSV:
            write_csv(path, frame, columns, translate=translate, zone=zone)
        case ExportFormat.XLSX:
            write_xlsx(path, frame, columns, title=title, translate=translate, zone=zone)
    logger.info("exported %d rows of layer %s as %s", len(frame), layer.id, file_format)
    return len(frame)
